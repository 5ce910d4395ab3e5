import type { Captures } from '../facts/check.ts'
import { fill } from './captures.ts'
import type { Step } from './lesson.ts'
import { matchOutput } from './pattern.ts'
import { outputLines } from './runstep.ts'

/** What one command of the learner's own typing printed. */
export interface OutputBlock {
  output: string
  /** `$?` after it, when known: then it must be the expected one. */
  status?: number
  /** What was typed, when known: a command that prints nothing, or any one word, is then known by its text. */
  command?: string
}

/**
 * Finds a step in what the learner typed on their own: the first blocks, in order and with anything between them, that
 * print what the step's commands should.
 *
 * @returns the captures, old and new; undefined while the step has not been seen whole
 */
export function observed(step: Step, blocks: OutputBlock[], captures: Captures): Captures | undefined {
  const failed = new Set<string>()
  const from = (at: number, block: number, known: Captures): Captures | undefined => {
    const command = step.commands[at]
    if (!command) return known
    const key = `${at} ${block} ${JSON.stringify(known)}`
    if (failed.has(key)) return undefined
    for (let index = block; index < blocks.length; index++) {
      const { output, status, command: typed } = blocks[index]!
      if (status !== undefined && status !== command.status) continue
      const silent = !tells(command.expect, known)
      if (
        silent &&
        typed !== undefined &&
        !sameText(
          typed,
          command.lines.map((line) => fill(line, known)),
        )
      )
        continue
      const match = matchOutput(command.expect, outputLines(output), known)
      const found = match.ok && from(at + 1, index + 1, match.captures)
      if (found) return found
    }
    failed.add(key)
    return undefined
  }
  return from(0, 0, captures)
}

/** Whether output of this form could be known again: any word would do for a capture that has no value yet. */
function tells(expect: string[], known: Captures): boolean {
  const fixed = (line: string) =>
    line
      .replaceAll('[..]', '')
      .replace(/<([\w-]+)>/g, (_, name: string) => (known[name] === undefined ? '' : 'known'))
  return expect.some((line) => /\w/.test(fixed(line)))
}

function sameText(typed: string, lines: string[]): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim()
  return plain(typed) === plain(lines.join('\n'))
}
