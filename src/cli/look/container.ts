import type MarkdownIt from 'markdown-it'

/**
 * Teaches markdown-it the `::: tip Title` … `:::` blocks of VitePress, whatever their name is, nested ones too.
 * Tokens: `container_open` (`info` is all behind the colons, such as `tip Title`) and `container_close`.
 * A block that is never closed ends with the text.
 */
export function containers(md: MarkdownIt): void {
  md.block.ruler.before(
    'fence',
    'container',
    (state, start, end, silent) => {
      const text = (line: number) =>
        state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]).trimEnd()
      const opened = /^(:{3,})\s*([\w-].*)$/.exec(text(start))
      if (!opened) return false
      if (silent) return true

      let depth = 1
      let line = start
      while (depth > 0 && ++line < end) {
        if (/^:{3,}\s*[\w-]/.test(text(line))) depth++
        else if (/^:{3,}$/.test(text(line))) depth--
      }
      const token = state.push('container_open', 'div', 1)
      token.info = opened[2] ?? ''
      token.map = [start, line]
      const { lineMax } = state
      state.lineMax = line
      state.md.block.tokenize(state, start + 1, line)
      state.lineMax = lineMax
      state.push('container_close', 'div', -1)
      state.line = Math.min(line + 1, end)
      return true
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  )
}
