import { spell } from './marks.ts'
import { type Mark, painter } from './paint.ts'
import type { Screen } from './terminal.ts'
import { pad, width } from './width.ts'
import { wrap, wrapText } from './wrap.ts'

/** What the small renderers have to know of the screen; a `Screen` is one. */
export type Sheet = Pick<Screen, 'width' | 'colour' | 'unicode'>

/** A word and what belongs to it. An absent text leaves the row out. */
export interface Row {
  name: string
  text: string | undefined
  marks?: Mark[]
  /** Its lines are not wrapped: somebody will copy them. */
  whole?: boolean
}

/**
 * Names in a column on the left, their texts wrapped on the right:
 * ```
 *   expected  1 inside
 *   saw       4711 inside, because the shell
 *             was started before
 * ```
 */
export function rows(table: Row[], sheet: Sheet, indent = 2): string[] {
  const paint = painter(sheet)
  const column = indent + Math.max(...table.map(({ name }) => width(name))) + 2
  return table.flatMap(({ name, text, marks = [], whole }) => {
    if (text === undefined) return []
    const said = spell(text, sheet)
    const lines = whole ? said.split('\n') : wrapText(said, Math.max(sheet.width - column, 12), true)
    return lines.map((line, index) => {
      const left = ' '.repeat(indent) + (index === 0 ? paint(name, 'quiet') : '')
      return (pad(left, column) + paint(line, ...marks)).trimEnd()
    })
  })
}

/** A sign, a word and a sentence, the sentence wrapped under itself. */
export function headline(sign: string, word: string, mark: Mark, text: string, sheet: Sheet): string[] {
  const paint = painter(sheet)
  const start = `${paint(sign, mark)} ${paint(word, mark, 'strong')}  `
  const column = width(start)
  const lines = wrap([{ text: spell(text, sheet), marks: [] }], Math.max(sheet.width - column, 12), true)
  return lines.map((line, index) => {
    const said = line.map((span) => span.text).join('')
    return ((index === 0 ? start : ' '.repeat(column)) + said).trimEnd()
  })
}
