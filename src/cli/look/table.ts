import { type Marks, marks } from './marks.ts'
import { type Paint, painter } from './paint.ts'
import type { Screen } from './terminal.ts'
import { pad } from './width.ts'
import { extent, paintLine, type Span, wrap } from './wrap.ts'

/** One table: the first row is its head. */
export interface Table {
  align: ('left' | 'right' | 'center')[]
  head: Span[][]
  rows: Span[][][]
  /** No lines between rows, however many lines each has: where there is no room for them. */
  close?: boolean
}

// A column narrower than this cuts nearly every word: then a list reads better than a table.
const narrowest = 8

/** A table of at most `columns` columns: its cells wrap; where they cannot, each row becomes a short list. */
export function renderTable(
  table: Table,
  columns: number,
  screen: Pick<Screen, 'colour' | 'unicode'>,
): string[] {
  const paint = painter(screen)
  const signs = marks(screen)
  const sizes = sizesFor(table, columns - 3 * (table.head.length - 1))
  return sizes ? grid(table, sizes, paint, signs) : records(table, columns, paint)
}

/** Column widths that fit; undefined when there is no room for a table at all. */
function sizesFor({ head, rows }: Table, room: number): number[] | undefined {
  const extents = head.map((_, column) => {
    const cells = [head, ...rows].map((row) => extent(row[column] ?? []))
    return {
      natural: Math.max(1, ...cells.map(({ natural }) => natural)),
      least: Math.max(1, ...cells.map(({ least }) => least)),
    }
  })
  const sizes = extents.map(({ natural }) => natural)
  // First only as far as words stay whole, then, if that was not enough, further.
  const floors = [
    extents.map(({ least }) => least),
    extents.map(({ natural }) => Math.min(natural, narrowest)),
  ]
  for (const floor of floors) {
    for (let over = sum(sizes) - room; over > 0; over--) {
      const spare = sizes.map((size, column) => (size > (floor[column] ?? 1) ? size : 0))
      const widest = spare.indexOf(Math.max(...spare))
      if (!spare[widest]) break
      sizes[widest] = (sizes[widest] ?? 1) - 1
    }
  }
  return sum(sizes) <= room ? sizes : undefined
}

function grid({ align, head, rows, close }: Table, sizes: number[], paint: Paint, signs: Marks): string[] {
  const edge = paint(` ${signs.column} `, 'quiet')
  const row = (cells: Span[][]) => {
    const wrapped = sizes.map((size, column) => wrap(cells[column] ?? [], size, true))
    const lines = Math.max(...wrapped.map((cell) => cell.length))
    return Array.from({ length: lines }, (_, line) =>
      sizes
        .map((size, column) => pad(paintLine(wrapped[column]?.[line] ?? [], paint), size, align[column]))
        .join(edge)
        .trimEnd(),
    )
  }
  const rule = paint(
    sizes.map((size) => signs.rule.repeat(size)).join(signs.rule + signs.cross + signs.rule),
    'quiet',
  )
  const body = rows.map(row)
  // Rows of several lines run into each other without something between them.
  const apart = !close && body.some((lines) => lines.length > 1)
  return [
    ...row(head.map((cell) => strong(cell))),
    rule,
    ...body.flatMap((lines, index) => (apart && index > 0 ? [rule, ...lines] : lines)),
  ]
}

function records({ head, rows }: Table, columns: number, paint: Paint): string[] {
  return rows.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    ...row.flatMap((cell, column) => {
      const name = head[column] ?? []
      const colon: Span[] = name.length > 0 ? [{ text: ': ', marks: [] }] : []
      return wrap([...strong(name), ...colon, ...cell], columns, true).map((line) => paintLine(line, paint))
    }),
  ])
}

function strong(cell: Span[]): Span[] {
  return cell.map(({ text, marks: is }) => ({ text, marks: is.includes('strong') ? is : ['strong', ...is] }))
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
