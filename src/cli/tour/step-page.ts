import { lacking, missing, observed, type Step, type StepResult } from '../../literate/index.ts'
import { typeByHand } from './by-hand.ts'
import { askKey, type Choice } from './keys.ts'
import type { Page } from './pages.ts'
import { ranText, resultText, say, sentence } from './show.ts'
import type { Work } from './work.ts'

/**
 * How a page was left. `lacking`: it cannot be done on this machine; `stuck`: nothing after it can work, and nobody is
 * there to decide.
 */
export type Left = 'done' | 'skip' | 'lacking' | 'back' | 'stuck'

export const back: Choice<'back'> = { name: 'back', key: 'b', says: 'back' }

/** Lets the learner run a step, type it, or pass it over; and shows what came of it. */
export async function stepPage(page: Page, step: Step, work: Work, isFirst: boolean): Promise<Left> {
  const lost = missing([step], work.captures)
  const lacks =
    (await lacking(step.needs, work.stage)) ??
    // Of a page that was skipped by hand, catching up brings it.
    (lost && work.skipped.length === 0 ? `needs <${lost}> of a step that did not run` : undefined)
  if (lacks) {
    await work.scroll.put(`\n${sentence(`skipped here: ${lacks}`)}`)
    return 'lacking'
  }
  const hand = new ByHand(step)
  let tried = false
  for (;;) {
    const choice = work.asks ? await askStep(hand, tried, isFirst) : 'run'
    work.scroll.read()
    if (choice === 'back') return choice
    if (choice === 'skip') {
      if (!tried && !work.skipped.includes(page)) work.skipped.push(page)
      return choice
    }
    await work.catchUp(page)
    const result = choice === 'run' ? await work.run(hand.rest) : await hand.type(work)
    if (!result) continue
    work.done(step, result)
    const text = work.asks ? resultText(result, { seen: choice === 'type' }) : ranText(result)
    if (text) await work.scroll.put(`\n${text}`)
    if (result.status === 'failed') {
      work.failed++
      tried = true
      if (work.asks) continue
      return 'stuck'
    }
    if (work.guess) await work.scroll.put(`\nYou guessed: ${work.guess}`)
    work.guess = undefined
    for (const block of page.checks) await work.check(block)
    return 'done'
  }
}

function askStep(hand: ByHand, tried: boolean, isFirst: boolean) {
  const { seen } = hand
  return askKey<'run' | 'type' | 'back' | 'skip'>([
    {
      name: 'run',
      key: '\r',
      says: tried ? 'runs it again' : seen > 0 ? 'runs the rest of it' : 'runs it here',
    },
    { name: 'type', key: 't', says: seen > 0 ? 'back to the terminal' : 'type it yourself' },
    ...(isFirst ? [] : [back]),
    { name: 'skip', key: 's', says: tried ? 'goes on without it' : 'skip' },
  ])
}

/** A step that the learner types, at one go or at several. */
class ByHand {
  readonly #step: Step
  readonly #changed: string[] = []
  #blocks: Awaited<ReturnType<typeof typeByHand>> = []
  /** How many of its commands were there already. */
  seen = 0

  constructor(step: Step) {
    this.#step = step
  }

  /** What is still to be done. */
  get rest(): Step {
    return { ...this.#step, commands: this.#step.commands.slice(this.seen) }
  }

  /** Gives them the terminal; undefined when not all of the step was seen afterwards. */
  async type(work: Work): Promise<StepResult | undefined> {
    const step = this.#step
    const started = performance.now()
    const terminal = await work.workbench.terminal(step.on)
    const { value, changed } = await work.stage.observe(() => typeByHand(terminal, step.on))
    this.#blocks = [...this.#blocks, ...value]
    this.#changed.push(...changed)
    const { length } = step.commands
    for (let count = length; count > this.seen; count--) {
      const part = { ...step, commands: step.commands.slice(0, count) }
      const captures = observed(part, this.#blocks, work.captures)
      if (!captures) continue
      this.seen = count
      if (count < length) {
        work.captures = captures
        break
      }
      const commands = this.#blocks.map(({ command = '', output, status }) => ({
        typed: command.split('\n'),
        output: output.split('\n').filter(Boolean),
        status,
        prompt: 'ready' as const,
        line: step.line,
      }))
      const [ms, shown] = [performance.now() - started, [...this.#changed]]
      return {
        kind: 'step',
        id: step.id,
        on: step.on,
        status: 'passed',
        commands,
        captures,
        changed: shown,
        ms,
      }
    }
    if (this.seen === 0)
      say('Nothing of the step was seen there. Enter runs it here, t goes back to the terminal.')
    else
      say(
        `Of its ${length} commands ${this.seen} were seen. Enter runs the rest, t goes back to the terminal.`,
      )
    return undefined
  }
}
