import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SiteConfig } from 'vitepress'
import { parse } from 'yaml'
import { expand } from './markdown/generated.ts'
import { type Language, languageOf, pageOf } from './pages.ts'
import { root } from './project.ts'
import type { Generate } from './reference/index.ts'

/** A page as a program reads it. */
interface Text {
  /** Of the site: `guide/install/index.md` */
  file: string
  text: string
  title: string
  summary?: string
}

/**
 * Writes the pages for programs that read: `llms.txt` lists them, `llms-full.txt` is all of them in English, and beside
 * each page lies its Markdown. See llmstxt.org.
 */
export function writeLlms({ pages, outDir, site }: SiteConfig, generate: Generate): void {
  const texts = [...pages].sort(byPlace).map((page) => readText(page, site.base, generate))
  for (const { file, text } of texts) {
    mkdirSync(dirname(join(outDir, file)), { recursive: true })
    writeFileSync(join(outDir, file), text)
  }
  const of = (language: Language) => texts.filter(({ file }) => languageOf(file) === language)
  const list = (some: Text[]) =>
    some
      .map(({ file, title, summary }) => `- [${title}](${site.base}${file})${summary ? `: ${summary}` : ''}`)
      .join('\n')
  const { root: english, zh } = site.locales
  const parts = [
    `# ${site.title}`,
    `> ${english?.description}`,
    list(of('en')),
    `## ${zh?.label}`,
    list(of('zh')),
  ]
  writeFileSync(join(outDir, 'llms.txt'), `${parts.join('\n\n')}\n`)
  const full = of('en').map(({ text }) => text)
  writeFileSync(join(outDir, 'llms-full.txt'), full.join('\n\n'))
}

/** The home page, the guide, the lessons, the reference. */
function byPlace(a: string, b: string): number {
  const place = (page: string) =>
    ['site/index', 'site/zh/index', 'site/guide', 'lessons/', 'site/'].findIndex((at) => page.startsWith(at))
  return place(a) - place(b) || a.localeCompare(b)
}

function readText(page: string, base: string, generate: Generate): Text {
  const source = expand(readFileSync(join(root, page), 'utf8'), generate)
  const [front = '', yaml = ''] = /^---\n([\s\S]*?)\n---\n/.exec(source) ?? []
  const { title, summary, description } = (parse(yaml) ?? {}) as Record<string, string | undefined>
  const body = source.slice(front.length)
  return {
    file: pageOf(page),
    // The claims of a lesson are worth reading; of other pages it says only how they look.
    text: page.startsWith('lessons/') ? source : textOf(body, base).trimStart(),
    title: title ?? /^# (.*)$/m.exec(body)?.[1] ?? '',
    summary: summary ?? description,
  }
}

const CODE = /^ *(`{3,})[\s\S]*?^ *\1$|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\2(?!`)/.source
const MARKUP = /<!--[\s\S]*?-->|(?<!\\)<\/?[a-z][\w-]*(?:\s[^<>]*)?>|^\{\.[\w-]+\}$/.source

/** Markdown without the tags and components around it, its links below the base; what is code stays as it is. */
function textOf(markdown: string, base: string): string {
  return markdown
    .replace(/^```recording\n[\s\S]*?^```$/gm, '')
    .replace(new RegExp(`${CODE}|${MARKUP}`, 'gim'), (found) => (/^ *`/.test(found) ? found : ''))
    .replace(/\]\(\/(?=\w)/g, `](${base}`)
    .replace(/\n{3,}/g, '\n\n')
}
