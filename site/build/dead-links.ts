import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SiteConfig } from 'vitepress'

/** A link of a built page to something that is not there. */
export interface DeadLink {
  /** The page, relative to the output: `guide/doctor/index.html`. */
  file: string
  /** As it stands there: `/cooperage/guide/install/#nobody`. */
  link: string
}

/**
 * Follows every link of every built page. VitePress looks at what is a link in Markdown; here are also those of raw
 * HTML, of components and of menus, and fragments: each file must be there, and each fragment be an id in it.
 *
 * @param base below which the site lies: `/` or `/cooperage/`
 */
export function findDeadLinks(out: string, base: string): DeadLink[] {
  const files = new Set(readdirSync(out, { recursive: true, encoding: 'utf8' }))
  const pages = new Map(
    [...files].filter((file) => file.endsWith('.html')).map((file) => [file, readPage(join(out, file))]),
  )
  const leads = (from: string, link: string): boolean => {
    const { origin, pathname, hash } = new URL(link, new URL(`${base}${from}`, here))
    // Another host, or mail: nobody is asked.
    if (origin !== here) return true
    const path = decodeURIComponent(pathname)
    if (!path.startsWith(base)) return false
    const file = path.slice(base.length).replace(/(?<=^|\/)$/, 'index.html')
    return (
      files.has(file) && (hash.length < 2 || !!pages.get(file)?.ids.has(decodeURIComponent(hash.slice(1))))
    )
  }
  return [...pages].flatMap(([file, { links }]) =>
    [...links].filter((link) => !leads(file, link)).map((link) => ({ file, link })),
  )
}

/** @throws Error with every dead link of a site that was built, by the source of its page */
export function proveLinks({ outDir, site, rewrites }: SiteConfig): void {
  const dead = findDeadLinks(outDir, site.base).map(({ file, link }) => {
    const page = file.replace(/\.html$/, '.md')
    return `${rewrites.inv[page] ?? page}: ${link}`
  })
  if (dead.length) throw new Error(`the site has links that lead nowhere:\n${dead.join('\n')}`)
}

const here = 'http://site.invalid'

function readPage(file: string): { ids: Set<string>; links: Set<string> } {
  const html = readFileSync(file, 'utf8').replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/g, '$1')
  const all = (pattern: RegExp) => new Set([...html.matchAll(pattern)].map(([, value = '']) => plain(value)))
  return { ids: all(/<[a-z][^<>]*\sid="([^"]*)"/gi), links: all(/<[a-z][^<>]*\s(?:href|src)="([^"]*)"/gi) }
}

const plain = (value: string) =>
  value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
