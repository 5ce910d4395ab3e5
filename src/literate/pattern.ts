import type { Captures } from '../facts/check.ts'
import { type Atom, captured, readAtoms } from './captures.ts'
import { showDifference } from './difference.ts'

export type Match =
  | { ok: true; captures: Captures }
  | {
      ok: false
      /** The first expected line that nothing fits; the number of expected lines when the output goes on after them. */
      at: number
      /** The actual line it was compared with, from 0. */
      line: number
      /** Both lines; undefined where one side has ended. */
      expected?: string
      actual?: string
      /** Expected and actual, a line each, the first differing one marked with `>`. */
      diff: string[]
    }

/** An expectation tries at most this many places before it counts as not met: some milliseconds of work. */
const PATIENCE = 200_000

type Line = 'many' | Atom[]

/**
 * Compares expected lines with what a command printed.
 *
 * - `[..]` is any text within a line, also none.
 * - a line of its own `...` is any number of lines, also none.
 * - `<name>` is any word at first (no space in it), afterwards exactly that word.
 * - everything else is itself; white space at the end of a line, and empty lines at the end of the output, are nothing.
 *
 * To expect the marks themselves: `\[..]`, `\<name>`, a line `\...`; and `\$ `, `\> `, `\? ` where a line of output
 * begins as a line of a step would. Of several fits the first is taken: shortest text, longest word, fewest lines.
 *
 * @param captures what is known; not changed
 */
export function matchOutput(expect: string[], actual: string[], captures: Captures): Match {
  const patterns = trimLines(expect).map(readLine)
  const lines = trimLines(actual)
  const search = new Search(patterns, lines, captures)
  const found = search.from(0, 0, {})
  if (found) return { ok: true, captures: { ...captures, ...found } }
  const { at, line } = search.furthest
  return {
    ok: false,
    at,
    line,
    expected: trimLines(expect)[at],
    actual: lines[line],
    diff: showDifference(trimLines(expect), lines, at, line, captures),
  }
}

/** Lines without white space at their ends, and without empty lines at the end. */
function trimLines(lines: string[]): string[] {
  const trimmed = lines.map((line) => line.trimEnd())
  while (trimmed.at(-1) === '') trimmed.pop()
  return trimmed
}

function readLine(line: string): Line {
  if (line.trim() === '...') return 'many'
  if (line.trim() === '\\...') return [{ text: line.replace('\\', '') }]
  return readAtoms(line.replace(/^\\(?=[$>?](?: |$))/, ''), 'expected')
}

/** Depth first, each place at most once for each meaning of the captures still to come: never exponential in lines. */
class Search {
  furthest = { at: -1, line: 0 }
  readonly #patterns: Line[]
  readonly #lines: string[]
  readonly #known: Captures
  /** For each expected line, the captures that stand on it or after it. */
  readonly #later: string[][]
  readonly #failed = new Set<string>()
  /** For a `...`, the first line from which everything was tried already. */
  readonly #swept = new Map<string, number>()
  #patience = PATIENCE

  constructor(patterns: Line[], lines: string[], known: Captures) {
    this.#patterns = patterns
    this.#lines = lines
    this.#known = known
    const names = patterns.map((line) =>
      line === 'many' ? [] : line.flatMap((a) => ('name' in a ? [a.name] : [])),
    )
    this.#later = names.map((_, index) => [...new Set(names.slice(index).flat())])
  }

  /** The captures that make everything from pattern `at` fit everything from line `line`. */
  from(at: number, line: number, bound: Captures): Captures | undefined {
    const pattern = this.#patterns[at]
    if (pattern === undefined && line === this.#lines.length) return bound
    if (pattern === 'many') return this.#sweep(at, line, bound)
    const text = this.#lines[line]
    const key = this.#key(at, line, bound)
    if (this.#failed.has(key)) return undefined
    if (pattern !== undefined && text !== undefined) {
      for (const more of this.#fits(pattern, text, bound)) {
        const found = this.from(at + 1, line + 1, more)
        if (found) return found
      }
    }
    if (at > this.furthest.at) this.furthest = { at, line }
    this.#failed.add(key)
    return undefined
  }

  #sweep(at: number, line: number, bound: Captures): Captures | undefined {
    const key = this.#key(at, 0, bound)
    const until = this.#swept.get(key) ?? this.#lines.length + 1
    if (line < until) this.#swept.set(key, line)
    for (let next = line; next < until; next++) {
      const found = this.from(at + 1, next, bound)
      if (found) return found
    }
    return undefined
  }

  /** Every way in which a pattern fits a line, as the captures that it makes. */
  *#fits(atoms: Atom[], text: string, start: Captures): Generator<Captures> {
    const swept = new Map<string, number>()
    const known = this.#known
    const take = function* (this: Search, index: number, at: number, bound: Captures): Generator<Captures> {
      if (this.#patience-- <= 0) return
      const atom = atoms[index]
      if (atom === undefined) {
        if (at === text.length) yield bound
      } else if ('text' in atom) {
        if (text.startsWith(atom.text, at)) yield* take.call(this, index + 1, at + atom.text.length, bound)
      } else if ('any' in atom) {
        const key = `${index} ${bound === start ? '' : JSON.stringify(bound)}`
        const until = swept.get(key) ?? text.length + 1
        if (at < until) swept.set(key, at)
        for (let end = at; end < until; end++) yield* take.call(this, index + 1, end, bound)
      } else {
        const value = captured(atom.name, bound) ?? captured(atom.name, known)
        if (value !== undefined) {
          if (text.startsWith(value, at)) yield* take.call(this, index + 1, at + value.length, bound)
          return
        }
        const word = /^\S*/.exec(text.slice(at))![0]
        for (let end = word.length; end > 0; end--) {
          yield* take.call(this, index + 1, at + end, { ...bound, [atom.name]: word.slice(0, end) })
        }
      }
    }
    yield* take.call(this, 0, 0, start)
  }

  #key(at: number, line: number, bound: Captures): string {
    const values = (this.#later[at] ?? []).map((name) => captured(name, bound) ?? '')
    return `${at} ${line} ${values.join(' ')}`
  }
}
