import type { Mark, Paint } from './paint.ts'
import { characters, characterWidth, isWide, width } from './width.ts'

/** A run of text of one kind. A newline in it ends the line there. */
export interface Span {
  text: string
  marks: Mark[]
}

/** What a line must not tear apart, and whether a space stood before it. */
interface Atom {
  spans: Span[]
  columns: number
  spaced: Span | undefined
}

// Chinese and Japanese may break between any two characters, but not before or after these.
const closing = /^[、。，．・：；！？）」』】〉》”’…,.:;!?)\]}%]/u
const opening = /[（「『【〈《“‘([{]$/u

/**
 * Breaks a text into lines of at most `columns` columns.
 *
 * Code (`marks` has `code`) keeps its spaces together when it fits a line. A word that is longer than a line stays
 * whole on a line of its own, so that it can be copied; with `hard` it is cut (in a cell of a table it has to be).
 */
export function wrap(spans: Span[], columns: number, hard = false): Span[][] {
  const lines: Span[][] = []
  for (const paragraph of atLineBreaks(spans)) {
    let line: Span[] = []
    let used = 0
    for (const atom of atoms(paragraph, columns, hard)) {
      const gap = atom.spaced && used > 0 ? 1 : 0
      if (used > 0 && used + gap + atom.columns > columns) {
        lines.push(line)
        line = []
        used = 0
      } else if (gap && atom.spaced) {
        append(line, atom.spaced)
        used += 1
      }
      for (const span of atom.spans) append(line, span)
      used += atom.columns
    }
    lines.push(line)
  }
  return lines
}

/** Wraps plain text. */
export function wrapText(text: string, columns: number, hard = false): string[] {
  return wrap([{ text, marks: [] }], columns, hard).map((line) => line.map((span) => span.text).join(''))
}

/** One line with its colours. */
export function paintLine(line: Span[], paint: Paint): string {
  return line.map(({ text, marks }) => paint(text, ...marks)).join('')
}

/** Columns of the widest line when nothing is wrapped, and of the widest thing that should not be torn. */
export function extent(spans: Span[]): { natural: number; least: number } {
  const lines = atLineBreaks(spans)
  return {
    natural: Math.max(0, ...lines.map((line) => width(line.map(({ text }) => text).join('')))),
    // As if for a line of one column: code is then as breakable as prose.
    least: Math.max(0, ...lines.flatMap((line) => atoms(line, 1, false).map((atom) => atom.columns))),
  }
}

function atLineBreaks(spans: Span[]): Span[][] {
  const lines: Span[][] = [[]]
  for (const { text, marks } of spans) {
    text.split('\n').forEach((part, index) => {
      if (index > 0) lines.push([])
      if (part) lines[lines.length - 1]?.push({ text: part, marks })
    })
  }
  return lines
}

function atoms(spans: Span[], columns: number, hard: boolean): Atom[] {
  return split(spans, columns, hard, true).flatMap((atom) => {
    if (atom.columns <= columns) return [atom]
    // With what clings to it, code that would have fitted a line may not: then its own spaces have to give way.
    const [first, ...rest] = split(atom.spans, columns, hard, false)
    return first ? [{ ...first, spaced: atom.spaced }, ...rest] : []
  })
}

function split(spans: Span[], columns: number, hard: boolean, keepCode: boolean): Atom[] {
  const found: Atom[] = []
  let spaced: Span | undefined
  let last = ''
  let fresh = true
  for (const span of spans) {
    const whole = keepCode && span.marks.includes('code') && width(span.text) <= columns
    for (const character of characters(span.text)) {
      if (character === ' ' && !whole) {
        spaced ??= { text: ' ', marks: span.marks }
        fresh = true
        continue
      }
      const size = characterWidth(character)
      const open = found.at(-1)
      const between = !whole && mayBreakBetween(last, character)
      if (!open || fresh || between || (hard && open.columns + size > columns)) {
        found.push({ spans: [{ text: character, marks: span.marks }], columns: size, spaced })
      } else {
        append(open.spans, { text: character, marks: span.marks })
        open.columns += size
      }
      spaced = undefined
      fresh = false
      last = character
    }
  }
  return found
}

function mayBreakBetween(before: string, after: string): boolean {
  if (!before || !(isWide(before) || isWide(after))) return false
  return !closing.test(after) && !opening.test(before)
}

/** Joins runs of the same kind, so that a line carries as few escape sequences as it can. */
function append(line: Span[], { text, marks }: Span): void {
  const last = line.at(-1)
  if (last && last.marks.join() === marks.join()) last.text += text
  else line.push({ text, marks })
}
