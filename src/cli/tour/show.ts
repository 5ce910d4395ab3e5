import type { Captures } from '../../facts/index.ts'
import type {
  CheckResult,
  CommandResult,
  Lesson,
  Prose,
  Snippet,
  Step,
  StepResult,
} from '../../literate/index.ts'
import { renderCode, renderMarkdown } from '../look/markdown.ts'
import { marks, spell } from '../look/marks.ts'
import { painter } from '../look/paint.ts'
import { renderChanges, renderCheck, renderMismatch } from '../look/result.ts'
import { look } from '../look/terminal.ts'
import { wrapText } from '../look/wrap.ts'
import { fillLine } from './fill.ts'

/** Writes to the learner's screen. What it looks like is asked each time: windows change their size. */
export const show = {
  line(text = ''): void {
    process.stdout.write(`${spell(text, look(process.stdout, process.env))}\n`)
  },

  /** A sentence of the tour itself after an empty line, folded to the window. */
  say(text: string): void {
    const screen = look(process.stdout, process.env)
    show.line(`\n${wrapText(spell(text, screen), screen.width).join('\n')}`)
  },

  async markdown(markdown: string): Promise<void> {
    show.line(`\n${await renderMarkdown(markdown, look(process.stdout, process.env))}`)
  },

  async read(block: Prose | Snippet): Promise<void> {
    if (block.kind === 'prose') return show.markdown(block.markdown)
    const screen = look(process.stdout, process.env)
    const place = `${block.file}${block.region ? `, ${block.region}` : ''}`
    show.line(`\n  ${painter(screen)(place, 'quiet')}`)
    show.line(await renderCode(block.code, block.lang, screen))
  },

  /** A line across the window: where one is in the lesson. */
  rule(text: string): void {
    const screen = look(process.stdout, process.env)
    const { rule } = marks(screen)
    show.line(
      `\n${painter(screen)(`${rule.repeat(2)} ${text} ${rule.repeat(Math.max(2, screen.width - text.length - 4))}`, 'quiet')}`,
    )
  },

  /** The commands of a step as they will be typed, with the terminal they are typed into. */
  step(step: Step, captures: Captures): void {
    const screen = look(process.stdout, process.env)
    const paint = painter(screen)
    show.line(`\n  ${paint(`in terminal ${step.on}`, 'quiet')}`)
    for (const { lines } of step.commands)
      for (const [index, line] of lines.entries())
        show.line(`  ${paint(index === 0 ? '$' : '>', 'quiet')} ${paint(fillLine(line, captures), 'code')}`)
  },

  /** What a step printed and what it changed. */
  result(result: StepResult): void {
    const screen = look(process.stdout, process.env)
    const paint = painter(screen)
    show.line()
    for (const command of result.commands) show.command(command)
    if (result.changed.length > 0) show.line(`\n${renderChanges(result.changed, screen)}`)
    if (result.mismatch) show.line(`\n${renderMismatch(result.mismatch, screen)}`)
    else if (result.status === 'failed') show.line(`\n  ${paint('failed', 'bad')} ${result.reason}`)
  },

  command({ typed, output, status }: CommandResult): void {
    const paint = painter(look(process.stdout, process.env))
    for (const [index, line] of typed.entries())
      show.line(`  ${paint(index === 0 ? '$' : '>', 'quiet')} ${paint(line, 'code')}`)
    // What a program printed is shown as it is: its signs are not ours to respell.
    for (const line of output) process.stdout.write(`  ${line}\n`)
    if (status) show.line(`  ${paint(`(status ${status})`, 'quiet')}`)
  },

  check(lesson: Lesson, result: CheckResult): void {
    const screen = look(process.stdout, process.env)
    const claims = result.claims.map((id) => ({ id, text: lesson.claims[id] ?? '' }))
    show.line(`\n${renderCheck({ ...result, claims }, screen)}`)
  },
}
