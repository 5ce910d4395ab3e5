import { marks, spell } from '../look/marks.ts'
import { renderTable } from '../look/table.ts'
import type { Screen } from '../look/terminal.ts'
import { type Span, wrapText } from '../look/wrap.ts'
import type { PlayRow } from './rows.ts'

/**
 * The rows as a table: below what is seen stands the namespace it was seen in, so that one can compare. In a window
 * without room for it, it is closer, then without the namespaces.
 * ```
 *   piece │            │ inside sees                 │ the host sees
 * ────────┼────────────┼─────────────────────────────┼────────────────────────────
 * ✓ pid   │ isolated   │ 1 process; the shell is 1   │ 6 processes; the shell is 18
 *         │            │ pid:[4026532296]            │ pid:[4026532184]
 * ```
 */
export function renderRows(rows: PlayRow[], screen: Screen): string {
  const shortest = [
    ...table(rows, screen, { close: true, bare: true }),
    ...wrapText(spell(numbers, screen), screen.width),
  ]
  const longer = [table(rows, screen), table(rows, screen, { close: true })]
  const fits = (lines: string[]) => !screen.tty || lines.length + others <= screen.height
  return (longer.find(fits) ?? shortest).join('\n')
}

/** Lines of the window that the table is not alone in: what is said below it, and a prompt. */
const others = 5

const numbers = 'Numbers of namespaces had no room here; inside: ls -l /proc/self/ns'

function table(
  rows: PlayRow[],
  screen: Screen,
  { close, bare }: { close?: boolean; bare?: boolean } = {},
): string[] {
  const signs = marks(screen)
  const plain = (text: string): Span[] => [{ text: spell(text, screen), marks: [] }]
  const seen = ({ says, namespace = '' }: PlayRow['inside']): Span[] =>
    bare && says
      ? plain(says)
      : [
          { text: says && namespace ? `${spell(says, screen)}\n` : spell(says, screen), marks: [] },
          { text: namespace, marks: ['quiet'] },
        ]
  return renderTable(
    {
      align: ['left', 'left', 'left', 'left'],
      head: ['piece', 'now', 'inside sees', 'the host sees'].map(plain),
      rows: rows.map(({ piece, isolated, inside, host }) => [
        [{ text: `${isolated ? signs.passed : signs.skipped} ${piece}`, marks: ['strong'] }],
        [{ text: isolated ? 'isolated' : 'shared', marks: [isolated ? 'good' : 'notice'] }],
        seen(inside),
        seen(host),
      ]),
      close,
    },
    screen.width,
    screen,
  )
}
