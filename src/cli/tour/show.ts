import type { Captures } from '../../facts/index.ts'
import {
  type CheckResult,
  fill,
  type Lesson,
  missingCaptures,
  type Prose,
  type Snippet,
  type Step,
  type StepResult,
} from '../../literate/index.ts'
import { renderCode, renderMarkdown } from '../look/markdown.ts'
import { marks, spell } from '../look/marks.ts'
import { painter } from '../look/paint.ts'
import { renderChanges, renderCheck, renderMismatch } from '../look/result.ts'
import { look, type Screen } from '../look/terminal.ts'
import { width } from '../look/width.ts'
import { wrapText } from '../look/wrap.ts'

// What each thing looks like now: windows change their size, so the screen is asked each time.
const now = (): Screen => look(process.stdout, process.env)

/** A sentence of the tour itself, folded to the window. */
export function sentence(text: string): string {
  const screen = now()
  return wrapText(spell(text, screen), screen.width).join('\n')
}

/** Writes a sentence after an empty line. */
export function say(text: string): void {
  process.stdout.write(`\n${sentence(text)}\n`)
}

export function markdownText(markdown: string): Promise<string> {
  return renderMarkdown(markdown, now())
}

export async function blockText(block: Prose | Snippet): Promise<string> {
  if (block.kind === 'prose') return markdownText(block.markdown)
  const screen = now()
  const place = `${block.file}${block.region ? `, ${block.region}` : ''}`
  return `  ${painter(screen)(place, 'quiet')}\n${await renderCode(block.code, block.lang, screen)}`
}

/** A line across the window: where one is in the lesson. */
export function ruleText(text: string): string {
  const screen = now()
  const { rule } = marks(screen)
  const rest = screen.width - width(text) - 4
  const line = rest < 2 ? sentence(text) : `${rule.repeat(2)} ${spell(text, screen)} ${rule.repeat(rest)}`
  return painter(screen)(line, 'quiet')
}

/** The commands of a step as they will be typed, with the terminal they are typed into. */
export function stepText(step: Step, captures: Captures): string {
  const screen = now()
  const commands = step.commands.flatMap(({ lines }) => {
    return typedLines(
      lines.map((line) => fill(line, captures)),
      screen,
    )
  })
  const lines = step.commands.flatMap((command) => command.lines)
  const open = [...new Set(missingCaptures(lines, captures))].map((name) => `<${name}>`)
  const note = `${open.join(', ')} stands for what is printed before: type that`
  return [labelText(`in terminal ${step.on}`), ...commands, ...(open.length ? [labelText(note)] : [])].join(
    '\n',
  )
}

/** A quiet word above what it names. */
export function labelText(text: string): string {
  return `  ${painter(now())(text, 'quiet')}`
}

/** A step that ran, for somebody who did not see it before: where, what was typed, what came of it. */
export function ranText(result: StepResult): string {
  return `${labelText(`in terminal ${result.on}`)}\n${resultText(result)}`
}

// What is to be typed stays whole: a terminal that folds a line still copies it as one.
function typedLines(lines: string[], screen: Screen): string[] {
  const paint = painter(screen)
  return lines.map((line, index) => `  ${paint(index === 0 ? '$' : '>', 'quiet')} ${paint(line, 'code')}`)
}

/** What a step printed (unless the learner has just seen that) and what it changed. */
export function resultText(result: StepResult, { seen = false } = {}): string {
  const screen = now()
  const paint = painter(screen)
  const commands = result.commands.flatMap(({ typed, output, status }) => [
    ...typedLines(typed, screen),
    // What a program printed is shown as it is: its signs are not ours to respell.
    ...output.map((line) => `  ${line}`),
    ...(status ? [`  ${paint(`(status ${status})`, 'quiet')}`] : []),
  ])
  const parts = [
    seen ? '' : commands.join('\n'),
    renderChanges(result.changed, screen),
    result.mismatch ? renderMismatch(result.mismatch, screen) : '',
    result.status === 'failed' && !result.mismatch
      ? `  ${paint('failed', 'bad')} ${sentence(result.reason ?? '')}`
      : '',
  ]
  return parts.filter(Boolean).join('\n\n')
}

export function checkText(lesson: Lesson, result: CheckResult): string {
  const claims = result.claims.map((id) => ({ id, text: lesson.claims[id] ?? '' }))
  return renderCheck({ ...result, reason: reasonOf(result), claims }, now())
}

/** The check of a task: what it proves is that the learner did it. */
export function taskText(result: CheckResult): string {
  return renderCheck({ ...result, reason: reasonOf(result), claims: [], task: true }, now())
}

/** A reason that only says again what was expected and what was seen is none. */
function reasonOf({ expected, reason }: CheckResult): string | undefined {
  return expected === undefined ? reason : undefined
}
