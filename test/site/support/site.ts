import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { type Opened, openBrowser, openPage, visit } from './browser.ts'
import { type Server, serve } from './server.ts'

/** The site that all files test, on a server, with a browser in front of it. */
export interface OpenSite {
  /** With the base, and a slash at the end. There once the tests run. */
  readonly url: string
  /** A page of its own, which has not gone anywhere yet. */
  page(options?: BrowserContextOptions): Promise<Opened>
  /**
   * Shows an address, as seen from `url`, to a visitor. The page may not have complained when the visitor is done.
   * Where scripts do not run, none is waited for.
   */
  show(address: string, options: BrowserContextOptions, visitor: (page: Page) => Promise<void>): Promise<void>
}

/** To be called once in a file, outside of its tests: it lives as long as they run. */
export function openSite(): OpenSite {
  let browser: Browser
  let server: Server
  beforeAll(async () => {
    server = await serve(inject('site'))
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  const open = (options: BrowserContextOptions = {}) => openPage(browser, options)
  return {
    get url() {
      return server.url
    },
    page: open,
    async show(address, options, visitor) {
      const { page, seen, close } = await open(options)
      const url = new URL(address, server.url).href
      if (options.javaScriptEnabled === false) await page.goto(url)
      else await visit(page, url)
      await visitor(page)
      expect(seen.errors).toEqual([])
      await close()
    },
  }
}
