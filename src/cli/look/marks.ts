import type { Screen } from './terminal.ts'

/** The signs that stand before a line. Each comes with a word, so that no sign and no colour says something alone. */
export interface Marks {
  passed: string
  failed: string
  pointer: string
  skipped: string
  bullet: string
  /** Left edge of a quotation. */
  bar: string
  /** Between the columns of a table. */
  column: string
  /** One column of a horizontal rule. */
  rule: string
  /** Where a horizontal rule and `column` meet. */
  cross: string
  micro: string
}

const drawn: Marks = {
  passed: '✓',
  failed: '✗',
  pointer: '›',
  skipped: '–',
  bullet: '•',
  bar: '│',
  column: '│',
  rule: '─',
  cross: '┼',
  micro: 'µs',
}

const typed: Marks = {
  passed: 'ok',
  failed: 'x',
  pointer: '>',
  skipped: '-',
  bullet: '-',
  bar: '|',
  column: '|',
  rule: '-',
  cross: '|',
  micro: 'us',
}

/** The signs this screen can show: drawn, or their twins in ASCII. */
export function marks(screen: Pick<Screen, 'unicode'>): Marks {
  return screen.unicode ? drawn : typed
}

const twins: Record<string, string> = {
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '→': '->',
  '←': '<-',
  '⇒': '=>',
  '✓': 'ok',
  '✗': 'x',
  '›': '>',
  '•': '-',
  '·': '-',
  '×': 'x',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  µ: 'u',
  '│': '|',
  '─': '-',
  '├': '|',
  '└': '`',
  '┌': '.',
  '┐': '.',
  '┘': "'",
  '┤': '|',
  '┼': '+',
  '▼': 'v',
  '\u00a0': ' ',
}

/** The same text for this screen: without unicode, typographic signs become what a typewriter would have used. */
export function spell(text: string, screen: Pick<Screen, 'unicode'>): string {
  if (screen.unicode) return text
  return text.replace(/[^\p{ASCII}]/gu, (sign) => twins[sign] ?? sign)
}
