import type { LessonPage } from './lesson-page.ts'

export interface ManualPage {
  /** `clone(2)` */
  name: string
  url: string
}

/** The manual pages that a lesson names, in its text, its claims or the code it shows; by section, then name. */
export function manualPages({ lesson }: LessonPage): ManualPage[] {
  const texts = lesson.blocks.map((block) => {
    if (block.kind === 'snippet') return block.code
    return block.kind === 'step' ? '' : block.markdown
  })
  return pagesIn([...Object.values(lesson.claims), ...texts].join('\n'))
}

export function pagesIn(text: string): ManualPage[] {
  const found = [...text.matchAll(/(?<![\w.])([a-z_][a-z0-9_-]*)\(([1-8])\)/g)]
  const pages = new Map(
    found.map(([name, page, section]) => [name, { name, section: section!, page: page! }]),
  )
  return [...pages.values()]
    .sort((a, b) => a.section.localeCompare(b.section) || a.page.localeCompare(b.page))
    .map(({ name, section, page }) => ({ name, url: manualUrl(page, section) }))
}

export function manualUrl(page: string, section: string): string {
  return `https://man7.org/linux/man-pages/man${section}/${page}.${section}.html`
}
