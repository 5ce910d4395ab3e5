import { look } from './terminal.ts'
import { width } from './width.ts'
import { wrapText } from './wrap.ts'

/** Columns. In a wider window a line stays as it is, so that it can be copied and searched for. */
const narrow = 80

/** Says on standard error what went wrong. A narrow window would break it in the middle of a word: there it is folded. */
export function sayError(text: string): void {
  const { tty, columns } = look(process.stderr, process.env)
  console.error(tty && columns < narrow ? fold(text, columns) : text)
}

/**
 * Folds the lines of a text at their words. What stands behind an indented word stays below its beginning:
 * ```
 *   because   the parent mount of the
 *             new root is shared
 * ```
 */
export function fold(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (width(line) <= columns) return [line]
      const [start = ''] = /^ *(?:(?<= )\S+ {2,})?/.exec(line) ?? []
      const parts = wrapText(line.slice(start.length), Math.max(columns - start.length, 12))
      return parts.map((part, nth) => (nth === 0 ? start : ' '.repeat(start.length)) + part)
    })
    .join('\n')
}
