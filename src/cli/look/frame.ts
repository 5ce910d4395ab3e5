import { spell } from './marks.ts'
import type { Sheet } from './rows.ts'
import { characters, width } from './width.ts'

/**
 * The upper or lower edge of a frame, with a title in it: `┌ the machine ─────────┐`
 *
 * @param columns of the whole edge, corners and all
 * @param title already spelled for this screen
 */
export function edge(
  [from, to]: [string, string],
  title: string,
  columns: number,
  sheet: Pick<Sheet, 'unicode'>,
  side: 'left' | 'right' = 'left',
): string {
  const name = title && ` ${clip(title, columns - 4, sheet)} `
  const line = spell('─', sheet).repeat(Math.max(0, columns - 2 - width(name)))
  return spell(from, sheet) + (side === 'left' ? name + line : line + name) + spell(to, sheet)
}

/** A text of at most so many columns; `…` stands for what was cut off. */
export function clip(text: string, columns: number, sheet: Pick<Sheet, 'unicode'>): string {
  if (width(text) <= columns) return text
  const end = spell('…', sheet)
  let kept = ''
  for (const character of characters(text)) {
    if (width(kept + character + end) > columns) break
    kept += character
  }
  return kept + end
}
