import type MarkdownIt from 'markdown-it'
import { linkOf, pageOf } from '../pages.ts'

/** Links between lessons are right in the repository (`../01-pid/lesson.md`); on the site they lead to the pages. */
export function lessonLinks(md: MarkdownIt): void {
  md.core.ruler.push('lesson_links', ({ tokens }) => {
    for (const link of tokens.flatMap((token) => token.children ?? [])) {
      const href = link.type === 'link_open' ? link.attrGet('href') : null
      const [, file, anchor = ''] =
        /^(?:\.\.|\/lessons)\/(\d\d-[^/]+\/lesson(?:\.[a-z]+)?\.md)(#.*)?$/.exec(href ?? '') ?? []
      if (file) link.attrSet('href', linkOf(pageOf(`lessons/${file}`)) + anchor)
    }
  })
}
