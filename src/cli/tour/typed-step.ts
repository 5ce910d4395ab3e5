import { type OutputBlock, observed, type Step, type StepResult } from '../../literate/index.ts'
import { typeByHand } from './by-hand.ts'
import { say } from './show.ts'
import type { Work } from './work.ts'

/** A step that the learner types, at one go or at several. */
export class TypedStep {
  readonly #step: Step
  readonly #changed: string[] = []
  #blocks: OutputBlock[] = []
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
    const { id, on, line, commands } = this.#step
    const started = performance.now()
    const terminal = await work.workbench.terminal(on)
    const { value, changed } = await work.stage.observe(() => typeByHand(terminal, on))
    this.#blocks = [...this.#blocks, ...value]
    this.#changed.push(...changed)
    const captures = this.#look(work)
    if (!captures) {
      const way = 't goes back to the terminal.'
      const ended = work.standing.ended(work.stage.bench)
      if (ended.length > 0) say(`Ended meanwhile: ${ended.join(', ')}.`)
      if (this.seen === 0) say(`Nothing of the step was seen there. Enter runs it here, ${way}`)
      else say(`Seen so far: ${this.seen} of its ${commands.length} commands. Enter runs the rest, ${way}`)
      return undefined
    }
    const ran = this.#blocks.map(({ command = '', output, status }) => ({
      typed: command.split('\n'),
      output: output.split('\n').filter(Boolean),
      status,
      prompt: 'ready' as const,
      line,
    }))
    const ms = performance.now() - started
    return {
      kind: 'step',
      id,
      on,
      status: 'passed',
      commands: ran,
      captures,
      changed: [...this.#changed],
      ms,
    }
  }

  /** The captures when all of the step is there; else it notes how much of it is, and what that captured. */
  #look(work: Work) {
    const step = this.#step
    const { length } = step.commands
    const readings = [this.#blocks, withoutTypeAhead(this.#blocks)]
    for (let count = length; count > this.seen; count--) {
      const part = { ...step, commands: step.commands.slice(0, count) }
      const captures = readings.map((blocks) => observed(part, blocks, work.captures)).find(Boolean)
      if (!captures) continue
      this.seen = count
      if (count === length) return captures
      work.captures = captures
      return undefined
    }
    return undefined
  }
}

/**
 * Who pastes several lines, or types faster than a program ends, sees them twice: the terminal prints them at once, in
 * the midst of what the program prints, and the shell prints them again with its prompt.
 */
export function withoutTypeAhead(blocks: OutputBlock[]): OutputBlock[] {
  return blocks.map((block, index) => {
    const ahead = blocks.slice(index + 1).flatMap(({ command = '' }) => command.split('\n'))
    const lines = block.output.split('\n').filter((line) => {
      const at = ahead.indexOf(line.trim())
      if (line.trim() === '' || at < 0) return true
      ahead.splice(at, 1)
      return false
    })
    return { ...block, output: lines.join('\n') }
  })
}
