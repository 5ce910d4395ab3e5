import axe from 'axe-core'
import type { Locator, Page } from 'playwright-core'

/** What axe says against a page: against the part that a selector names, or by the rules of the options. */
export async function violations(page: Page, asked: string | axe.RunOptions): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations: found } = (await page.evaluate(`axe.run(${JSON.stringify(asked)})`)) as axe.AxeResults
  return found.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

/** Lights a page, or turns it dark, and waits until it is. */
export async function light(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.waitForFunction(
    `document.documentElement.classList.contains('dark') === ${colorScheme === 'dark'}`,
  )
}

/** How large the letters of texts in drawings are as they are shown, in pixels. */
export function letterSizes(texts: Locator): Promise<number[]> {
  return texts.evaluateAll((all) =>
    all.map((text) => {
      const { a } = (text as SVGTextElement).getScreenCTM()!
      return a * Number.parseFloat(getComputedStyle(text).fontSize)
    }),
  )
}
