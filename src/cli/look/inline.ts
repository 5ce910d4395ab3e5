import type Token from 'markdown-it/lib/token.mjs'
import { spell } from './marks.ts'
import type { Mark } from './paint.ts'
import type { Screen } from './terminal.ts'
import type { Span } from './wrap.ts'

const marksOf: Record<string, Mark> = { strong: 'strong', em: 'emphasis', s: 'quiet', link: 'link' }

/**
 * The runs of text in an inline token of markdown-it, with what each is; `\n` where the author broke the line. Where
 * there is no colour, code is quoted, or nobody could tell where a command ends; other marks are left out.
 */
export function inline(tokens: Token[], screen: Pick<Screen, 'colour' | 'unicode'>): Span[] {
  const spans: Span[] = []
  const open: Mark[] = []
  const links: { href: string; start: number }[] = []
  const say = (text: string, ...more: Mark[]) => {
    spans.push({ text: spell(text, screen), marks: [...open, ...more] })
  }

  for (const token of tokens) {
    const mark = marksOf[token.type.replace(/_(open|close)$/, '')]
    if (mark && token.nesting === 1) {
      if (mark === 'link') links.push({ href: String(token.attrGet('href') ?? ''), start: spans.length })
      open.push(mark)
    } else if (mark) {
      open.pop()
      if (mark === 'link') {
        const link = links.pop()
        const text = spans.slice(link?.start).map((span) => span.text)
        const target = link && destination(link.href, text.join(''))
        if (target) say(` (${target})`, 'quiet')
      }
    } else if (token.type === 'code_inline') {
      say(screen.colour ? token.content : `‘${token.content}’`, 'code')
    } else if (token.type === 'hardbreak') {
      spans.push({ text: '\n', marks: [] })
    } else if (token.type === 'softbreak') {
      say(' ')
    } else if (token.type === 'image') {
      say(token.content)
    } else if (token.type !== 'html_inline') {
      say(token.content)
    }
  }
  return spans.filter((span) => span.text !== '')
}

/**
 * What to write behind a link's text, if anything: a sibling lesson by the name `cooper learn` knows it by, a file
 * of the project by its path, anything else as it is. A place on the same page needs nothing.
 */
function destination(href: string, text: string): string | undefined {
  if (href.startsWith('#')) return undefined
  const lesson = /^(?:\.\.\/|\/lessons\/)(?:\d\d-)?([\w-]+)(?:\/lesson(?:\.\w+)?\.md)?(?:#.*)?$/.exec(href)
  const target = lesson ? `lesson ${lesson[1]}` : href.replace(/^(?:\.\.?\/)+/, '').replace(/^mailto:/, '')
  return text.includes(target) ? undefined : target
}
