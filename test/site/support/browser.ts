import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Debian's. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Where pictures of the pages are kept, for who wants to look at them; usually nowhere. */
const pictures = process.env.SITE_PICTURES

export const pictureFile = (name: string) => pictures && join(pictures, `${name}.png`)

/** A browser that asks nobody but us. */
export async function openBrowser(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  // It leaves settings and reports behind, and not in the home of whoever runs the tests.
  const home = mkdtempSync(join(tmpdir(), 'cooper-browser-'))
  const env = { ...process.env, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home }
  const browser = await chromium.launch({ executablePath, args, env })
  browser.once('disconnected', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  return browser
}

/** What went wrong on a page, and what it asked for. */
export interface Seen {
  /** Errors and warnings of its console, and exceptions. */
  errors: string[]
  requests: string[]
  /** Bytes of all answers, as they came over the wire. */
  bytes: number
}

/** A page of its own, with an account of what happens on it. */
export interface Opened {
  page: Page
  seen: Seen
  close(): Promise<void>
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const seen: Seen = { errors: [], requests: [], bytes: 0 }
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.errors.push(message.text())
  })
  page.on('pageerror', (error) => seen.errors.push(error.message))
  page.on('request', (request) => seen.requests.push(request.url()))
  page.on('requestfinished', async (request) => {
    // A page that is closed meanwhile has nothing more to tell.
    const sizes = await request.sizes().catch(() => undefined)
    if (sizes) seen.bytes += sizes.responseBodySize + sizes.responseHeadersSize
  })
  return { page, seen, close: () => context.close() }
}

/** Goes to a page, and waits until it listens to its reader. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.waitForFunction('document.querySelector("#app")?.__vue_app__')
}

/** Opens everything that a page can fold away. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true')
}
