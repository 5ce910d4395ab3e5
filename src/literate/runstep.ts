import type { Captures } from '../facts/check.ts'
import { fill, missingCaptures } from './captures.ts'
import type { Command, Step } from './lesson.ts'
import { matchOutput } from './pattern.ts'
import type { CommandResult, Mismatch, StepResult } from './results.ts'
import type { Stage } from './stage.ts'
import type { Typed, Typist } from './typist.ts'

type Ran = Pick<StepResult, 'commands' | 'mismatch' | 'captures'>

/**
 * Types a step into its terminal, and compares each command's output and status. It ends at the first command that
 * does not do as expected; what a terminal throws is that, too. Never rejects.
 *
 * @param captures values so far; not changed: the step's own are in the result
 * @param options.observe false to not look at what changed, which is slower
 */
export async function runStep(
  step: Step,
  stage: Stage,
  captures: Captures,
  options: { observe?: boolean } = {},
): Promise<StepResult> {
  const started = performance.now()
  const ran: Ran = { commands: [], captures: {} }
  let changed: string[] = []
  let broken: string | undefined
  try {
    const typist = await stage.terminal(step.on)
    const act = () => typeAll(step, typist, captures, ran)
    if (options.observe === false) await act()
    else changed = (await stage.observe(act)).changed
  } catch (error) {
    broken = error instanceof Error ? error.message : String(error)
  }
  const reason = broken ?? ran.mismatch?.reason
  const ms = performance.now() - started
  return {
    kind: 'step',
    id: step.id,
    on: step.on,
    status: reason ? 'failed' : 'passed',
    reason,
    ...ran,
    changed,
    ms,
  }
}

async function typeAll(step: Step, typist: Typist, captures: Captures, ran: Ran): Promise<void> {
  for (const command of step.commands) {
    const known = { ...captures, ...ran.captures }
    const missing = missingCaptures(command.lines, known)[0]
    if (missing) {
      const reason = `<${missing}> has no value: no step that ran has caught it`
      ran.mismatch = { file: step.file, line: command.line, reason, diff: [] }
      return
    }
    const result = await typeCommand(command, typist, known)
    ran.commands.push(result)
    const { mismatch, caught } = compare(step, command, result, known)
    ran.mismatch = mismatch
    if (mismatch) return
    for (const [name, value] of Object.entries(caught)) {
      if (!Object.hasOwn(captures, name)) ran.captures[name] = value
    }
  }
}

async function typeCommand(command: Command, typist: Typist, captures: Captures): Promise<CommandResult> {
  const typed = command.lines.map((line) => fill(line, captures))
  let output = ''
  let last: Typed = { output: '', prompt: 'none' }
  for (const line of typed) {
    last = await typist.type(line)
    output += last.output
  }
  return { typed, output: outputLines(output), status: last.status, prompt: last.prompt, line: command.line }
}

/** What was printed, line by line, without the empty ones at its end. */
export function outputLines(output: string): string[] {
  const lines = output.replaceAll('\r', '').split('\n')
  while (lines.length && !lines.at(-1)?.trim()) lines.pop()
  return lines
}

function compare(
  step: Step,
  command: Command,
  result: CommandResult,
  known: Captures,
): { mismatch?: Mismatch; caught: Captures } {
  const match = matchOutput(command.expect, result.output, known)
  const says = `\`${result.typed[0]}\``
  const status = statusProblem(command, result)
  if (match.ok) {
    const mismatch = status
      ? { file: step.file, line: command.line, reason: `${says} ${status}`, diff: [] }
      : undefined
    return { mismatch, caught: match.captures }
  }
  const line = command.line + command.lines.length + match.at
  const reason = `${says} printed something else${status ? `, and ${status}` : ''}`
  return { mismatch: { file: step.file, line, reason, diff: match.diff }, caught: {} }
}

function statusProblem(command: Command, { prompt, status }: CommandResult): string | undefined {
  if (prompt === 'more') return 'is not complete: the shell waits for the rest of it'
  if (prompt === 'ready') {
    return (status ?? 0) === command.status
      ? undefined
      : `ended with status ${status}, expected ${command.status}`
  }
  // A program that reads its input has no status yet; that is what an expected 0, unsaid, means for it.
  return command.status ? `has not ended, expected status ${command.status}` : undefined
}
