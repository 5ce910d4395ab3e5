import type { Captures } from '../facts/check.ts'
import { captureNames } from './captures.ts'

/** So many lines are shown before and after the marked one. */
const AROUND = 4

/**
 * Expected and actual one under the other, each with its first differing line marked:
 *
 * ```
 * expected
 *   USER COMMAND
 * > root bash
 * actual
 *   USER COMMAND
 * > root sh
 * ```
 *
 * @param at index of the marked expected line; its length where the output should have ended
 * @param line index of the marked actual line; its length where it should have gone on
 */
export function showDifference(
  expected: string[],
  actual: string[],
  at: number,
  line: number,
  captures: Captures,
): string[] {
  const names = [...new Set(captureNames(expected[at] ?? '', 'expected'))]
  const known = names.filter((name) => Object.hasOwn(captures, name))
  const where = known.map((name) => `<${name}> is ${captures[name]}`).join(', ')
  return ['expected', ...window(expected, at, where && `   (${where})`), 'actual', ...window(actual, line)]
}

function window(lines: string[], at: number, note = ''): string[] {
  const from = Math.max(0, at - AROUND)
  const to = Math.min(lines.length, at + AROUND + 1)
  const shown = lines
    .slice(from, to)
    .map((text, index) => (index + from === at ? `> ${text}${note}` : `  ${text}`))
  const before = from ? [`  (${from} more before)`] : []
  const after = to < lines.length ? [`  (${lines.length - to} more after)`] : []
  const end = at >= lines.length ? [lines.length ? '> (nothing more)' : '> (nothing)'] : []
  return [...before, ...shown, ...end, ...after]
}
