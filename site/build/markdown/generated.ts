import type MarkdownIt from 'markdown-it'
import type { Generate } from '../reference/index.ts'

const MARK = /^<!-- generated: ([a-z-]+) -->$/gm

/** Replaces `<!-- generated: commands -->` by what the sources say. */
export function expand(markdown: string, generate: Generate): string {
  return markdown.replace(MARK, (_, name: string) => generate(name))
}

/** The same as a markdown-it rule: what is put in is Markdown of the page, with headings that search finds. */
export function generatedParts(md: MarkdownIt, generate: Generate): void {
  md.core.ruler.before('normalize', 'generated', (state) => {
    state.src = expand(state.src, generate)
  })
}
