import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SiteConfig } from 'vitepress'
import { expand } from './markdown/generated.ts'
import { languageOf, pageOf } from './pages.ts'
import { root } from './project.ts'
import type { Generate } from './reference/index.ts'

/**
 * Writes the pages for programs that read: `llms.txt` lists them, `llms-full.txt` is all of them, and beside each page
 * lies its Markdown. See llmstxt.org.
 */
export function writeLlms({ pages, outDir, site }: SiteConfig, generate: Generate): void {
  const english = pages.filter((page) => languageOf(pageOf(page)) === 'en' && !page.endsWith('/404.md'))
  const texts = english.sort(byPlace).map((page) => {
    const text = expand(readFileSync(join(root, page), 'utf8'), generate)
    const file = pageOf(page)
    mkdirSync(dirname(join(outDir, file)), { recursive: true })
    writeFileSync(join(outDir, file), text)
    return { file, text, title: titleOf(text), summary: field(text, 'summary') ?? field(text, 'description') }
  })
  const lines = texts.map(({ file, title, summary }) => {
    return `- [${title}](${site.base}${file})${summary ? `: ${summary}` : ''}`
  })
  writeFileSync(
    join(outDir, 'llms.txt'),
    `# ${site.title}\n\n> ${site.locales.root?.description}\n\n${lines.join('\n')}\n`,
  )
  writeFileSync(join(outDir, 'llms-full.txt'), texts.map(({ text }) => text).join('\n\n'))
}

/** The home page, the guide, the lessons, the reference. */
function byPlace(a: string, b: string): number {
  const place = (page: string) =>
    ['site/index', 'site/guide', 'lessons/', 'site/'].findIndex((at) => page.startsWith(at))
  return place(a) - place(b) || a.localeCompare(b)
}

const titleOf = (text: string) => field(text, 'title') ?? /^# (.*)$/m.exec(text)?.[1] ?? ''

/** A field of the frontmatter. */
function field(text: string, name: string): string | undefined {
  return new RegExp(`^---\\n(?:.*\\n)*?${name}: (.*)\\n(?:.*\\n)*?---\\n`).exec(text)?.[1]
}
