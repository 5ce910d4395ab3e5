const csi = /^\x1b\[([0-?]*)[ -/]*([@-~])/
const osc = /^\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/

/**
 * The line that stands on a terminal after somebody has edited it: what readline sends for an erased letter, a letter
 * put in between, or a line called back from the history is acted out. See console_codes(4).
 *
 * @param echo what the terminal printed since the prompt, up to the Enter
 */
export function editedLine(echo: string): string {
  const cells: string[] = []
  let at = 0
  for (let rest = echo; rest; ) {
    const control = csi.exec(rest)
    const skip = control ?? osc.exec(rest)
    const char = skip ? skip[0] : String.fromCodePoint(rest.codePointAt(0)!)
    rest = rest.slice(char.length)
    if (control) {
      const [, parameter = '', final] = control
      const count = Number(parameter) || 1
      if (final === 'C') at += count
      else if (final === 'D') at = Math.max(0, at - count)
      else if (final === 'P') cells.splice(at, count)
      else if (final === '@') cells.splice(at, 0, ...Array<string>(count).fill(' '))
      else if (final === 'K') cells.splice(parameter === '1' ? 0 : at, parameter === '1' ? at : cells.length)
    } else if (char === '\b') at = Math.max(0, at - 1)
    else if (char === '\n') {
      // The next line of a command that was not complete: its prompt is a mark of its own.
      cells.push('\n')
      at = cells.length
    } else if (char === '\r') {
      // At the right edge readline prints a space and goes to the first column: the line goes on there.
      if (cells[at - 1] === ' ' && at === cells.length && rest && !rest.startsWith('\n')) cells.pop()
      at = rest && !rest.startsWith('\n') ? cells.length : at
    } else if (char >= ' ') cells[at++] = char
  }
  return Array.from(cells, (cell) => cell ?? ' ').join('')
}
