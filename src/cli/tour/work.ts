import type { Captures, Check } from '../../facts/index.ts'
import {
  type Block,
  type CheckBlock,
  type CheckResult,
  type Lesson,
  lacking,
  runCheck,
  runStep,
  type Stage,
  Standing,
  type Step,
  type StepResult,
} from '../../literate/index.ts'
import type { Workbench } from '../../workbench/index.ts'
import { noteProgress, progressOf } from '../progress.ts'
import { NetworkWatch } from './network-watch.ts'
import type { Page } from './pages.ts'
import { Scroll } from './scroll.ts'
import { checkText, markdownText, resultText, sentence } from './show.ts'
import { working } from './working.ts'

export interface Ground {
  lesson: Lesson
  checks: Record<string, Check>
  workbench: Workbench
  stage: Stage
  /** Somebody sits there and goes on by hand. */
  asks: boolean
}

/** What was done of a lesson on this workbench, and what came of it. */
export class Work implements Ground {
  readonly lesson: Lesson
  readonly checks: Record<string, Check>
  readonly workbench: Workbench
  readonly stage: Stage
  readonly asks: boolean
  readonly scroll: Scroll
  captures: Captures = {}
  /** Of steps, checks and tasks that are done; of guesses what was guessed. */
  readonly results = new Map<Block, StepResult | CheckResult | string>()
  /** Pages whose step was passed over: what comes later may need it. */
  readonly skipped: Page[] = []
  /** Who lived when a step had last worked. */
  readonly standing = new Standing()
  readonly #network = new NetworkWatch()
  /** Waits for the next step to answer it. */
  guess: string | undefined
  failed = 0
  readonly proved = new Set<string>()

  constructor({ lesson, checks, workbench, stage, asks }: Ground) {
    this.lesson = lesson
    this.checks = checks
    this.workbench = workbench
    this.stage = {
      ...stage,
      observe: async (act) => {
        const seen = await workbench.observe(act)
        this.#network.note(seen)
        return seen
      },
    }
    this.asks = asks
    this.scroll = new Scroll(asks)
  }

  /** Waits for something that takes its time, Ctrl-C in reach. */
  wait<T>(act: () => Promise<T>): Promise<T> {
    return this.asks ? working(act) : act()
  }

  async run(step: Step): Promise<StepResult> {
    const ended = this.standing.ended(this.stage.bench)
    const result = await this.wait(() => runStep(step, this.stage, this.captures))
    this.done(step, result)
    return result.status === 'passed' ? result : { ...result, ended }
  }

  done(step: Step, result: StepResult): void {
    this.captures = { ...this.captures, ...result.captures }
    if (result.status !== 'passed') return
    this.results.set(step, result)
    this.standing.note(this.stage.bench)
  }

  /** Shows the network, if the steps since the last time made it another. */
  async showNetwork(): Promise<void> {
    const text = this.#network.text()
    if (text) await this.scroll.put(`\n${text}`)
  }

  /** Does what was skipped, up to a page: what comes now may stand on it. */
  async catchUp(until?: Page): Promise<void> {
    while (this.skipped.length > 0 && this.skipped[0] !== until) {
      const page = this.skipped.shift()!
      const step = page.act as Step
      await this.scroll.put(`\nFirst what was skipped: step ${step.id}.`)
      const result = await this.run(step)
      if (result.status === 'failed') await this.scroll.put(`\n${resultText(result)}`)
      else for (const block of page.checks) await this.check(block, false)
    }
    if (this.skipped[0] === until) this.skipped.shift()
  }

  /** Looks, and ticks what is proved. */
  async check(block: CheckBlock, explains = true): Promise<void> {
    const lacks = await lacking(block.needs, this.stage)
    if (lacks) return this.scroll.put(`\n${sentence(`skipped here: ${lacks}`)}`)
    const result = await this.wait(() => this.look(block.id))
    if (explains) await this.scroll.put(`\n${await markdownText(block.markdown)}`)
    await this.scroll.put(`\n${checkText(this.lesson, result)}`)
    this.results.set(block, result)
    if (result.status === 'failed') this.failed++
    if (result.status !== 'passed') return
    for (const claim of result.claims) this.proved.add(claim)
    this.note((mine) => {
      mine.proved = [...new Set([...mine.proved, ...result.claims])]
    })
  }

  /** @param within milliseconds that the kernel may take to get there */
  look(id: string, within?: number): Promise<CheckResult> {
    return runCheck(id, this.checks[id], this.stage.bench, this.captures, within)
  }

  /** Writes down how far the learner is. What ran by itself is nobody's progress. */
  note(change: (mine: ReturnType<typeof progressOf>) => void): void {
    if (this.asks) noteProgress((progress) => change(progressOf(progress, this.lesson.id)))
  }
}
