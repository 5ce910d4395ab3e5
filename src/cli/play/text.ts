import { marks, spell } from '../look/marks.ts'
import { renderTable } from '../look/table.ts'
import type { Screen } from '../look/terminal.ts'
import type { Span } from '../look/wrap.ts'
import type { PlayRow } from './rows.ts'

/**
 * The rows as a table: below what is seen stands the namespace it was seen in, so that one can compare.
 * ```
 *   piece │            │ inside sees                 │ the host sees
 * ────────┼────────────┼─────────────────────────────┼────────────────────────────
 * ✓ pid   │ isolated   │ 1 process; the shell is 1   │ 6 processes; the shell is 18
 *         │            │ pid:[4026532296]            │ pid:[4026532184]
 * ```
 */
export function renderRows(rows: PlayRow[], screen: Pick<Screen, 'width' | 'colour' | 'unicode'>): string {
  const signs = marks(screen)
  const plain = (text: string): Span[] => [{ text: spell(text, screen), marks: [] }]
  const seen = ({ says, namespace = '' }: PlayRow['inside']): Span[] => [
    { text: says && namespace ? `${spell(says, screen)}\n` : spell(says, screen), marks: [] },
    { text: namespace, marks: ['quiet'] },
  ]
  const table = renderTable(
    {
      align: ['left', 'left', 'left', 'left'],
      head: ['piece', 'now', 'inside sees', 'the host sees'].map(plain),
      rows: rows.map(({ piece, isolated, inside, host }) => [
        [{ text: `${isolated ? signs.passed : signs.skipped} ${piece}`, marks: ['strong'] }],
        [{ text: isolated ? 'isolated' : 'shared', marks: [isolated ? 'good' : 'notice'] }],
        seen(inside),
        seen(host),
      ]),
    },
    screen.width,
    screen,
  )
  return table.join('\n')
}
