import type MarkdownIt from 'markdown-it'

/** A head that is empty heads nothing: it becomes an ordinary cell, so that nobody is read an empty name. */
export function emptyHeads(md: MarkdownIt): void {
  md.core.ruler.push('empty_heads', ({ tokens }) => {
    for (const [index, open] of tokens.entries()) {
      const [text, close] = [tokens[index + 1], tokens[index + 2]]
      if (open.type === 'th_open' && close?.type === 'th_close' && !text?.content) open.tag = close.tag = 'td'
    }
  })
}
