import type { Captures, Check } from '../../facts/index.ts'
import {
  type CheckResult,
  type Lesson,
  lacking,
  observed,
  replay,
  runCheck,
  runStep,
  type Stage,
  type Step,
  type StepResult,
  type Task,
} from '../../literate/index.ts'
import type { Workbench } from '../../workbench/index.ts'
import { noteProgress, progressOf } from '../progress.ts'
import { typeByHand } from './by-hand.ts'
import { askGuess } from './guess.ts'
import { askKey, type Choice } from './keys.ts'
import { type Page, pageId, pagesOf } from './pages.ts'
import { show } from './show.ts'

export interface TourOptions {
  /** Begin at the page of this step, check or task. */
  from?: string
  /** Do everything without asking. */
  yes: boolean
}

type Next = 'on' | 'back' | 'quit'

const go: Choice<'on'> = { name: 'on', key: '\r', says: 'goes on' }
const back: Choice<'back'> = { name: 'back', key: 'b', says: 'back' }
const quit: Choice<'quit'> = { name: 'quit', key: 'q', says: 'quit' }

/** A lesson page by page, at the learner's pace. Returns whether it was gone through to the end, and nothing failed. */
export class Tour {
  readonly #lesson: Lesson
  readonly #checks: Record<string, Check>
  readonly #workbench: Workbench
  readonly #stage: Stage
  readonly #yes: boolean
  readonly #pages: Page[]
  #captures: Captures = {}
  /** Steps that were passed over: what comes later may need them. */
  #skipped: Step[] = []
  #guess: string | undefined
  #failed = 0
  readonly #proved = new Set<string>()

  constructor(
    lesson: Lesson,
    checks: Record<string, Check>,
    workbench: Workbench,
    stage: Stage,
    yes: boolean,
  ) {
    this.#lesson = lesson
    this.#checks = checks
    this.#workbench = workbench
    this.#stage = stage
    this.#yes = yes
    this.#pages = pagesOf(lesson, stage.cgroups)
  }

  async go(from: string | undefined): Promise<boolean> {
    const { title, minutes } = this.#lesson
    show.rule(`${this.#lesson.number} ${title}, about ${minutes} minutes`)
    let at = from === undefined ? 0 : await this.#resume(from)
    while (at < this.#pages.length) {
      const next = await this.#page(at)
      if (next === 'quit') {
        show.say(`Your place is kept: cooper learn ${this.#lesson.id} goes on here.`)
        return false
      }
      at = next === 'back' ? Math.max(0, at - 1) : at + 1
    }
    this.#end()
    return this.#failed === 0
  }

  /** Brings the fresh bench to where the page begins. */
  async #resume(id: string): Promise<number> {
    const at = this.#pages.findIndex((page) => pageId(page) === id)
    if (at <= 0) return 0
    show.say(`Going on at ${id}; doing again what comes before it …`)
    const { captures, failed } = await replay(this.#lesson, this.#pages[at]!.from, this.#stage)
    this.#captures = captures
    if (!failed) return at
    show.say(`Step ${failed.id} did not work this time (${failed.reason}); from the beginning, then.`)
    return 0
  }

  async #page(at: number): Promise<Next> {
    const page = this.#pages[at]!
    const id = pageId(page)
    if (id) noteProgress((progress) => Object.assign(progressOf(progress, this.#lesson.id), { next: id }))
    show.rule(`${this.#lesson.id}, page ${at + 1} of ${this.#pages.length}`)
    for (const block of page.read) await show.read(block)
    const { act } = page
    if (act?.kind === 'guess') {
      await show.markdown(act.markdown)
      if (this.#yes) return 'on'
      const guess = await askGuess()
      if (guess === undefined) return 'quit'
      this.#guess = guess || undefined
      return 'on'
    }
    const done = act?.kind === 'step' ? await this.#step(act) : act ? await this.#task(act) : 'done'
    if (done === 'quit' || done === 'back') return done
    if (done !== 'skip') for (const check of page.checks) await this.#check(check.id, check.markdown)
    return this.#yes ? 'on' : this.#turn(at)
  }

  /** The learner moves on by hand. */
  #turn(at: number): Promise<Next> {
    return askKey(at > 0 ? [go, back, quit] : [go, quit])
  }

  async #step(step: Step): Promise<'done' | 'skip' | 'back' | 'quit'> {
    show.step(step, this.#captures)
    const lacks = await lacking(step.needs, this.#stage)
    if (lacks) {
      show.say(`skipped here: ${lacks}`)
      return 'skip'
    }
    for (;;) {
      const choice = this.#yes
        ? 'run'
        : await askKey([
            { name: 'run', key: '\r', says: 'runs it here' },
            { name: 'type', key: 't', says: 'type it yourself' },
            back,
            { name: 'skip', key: 's', says: 'skip' },
            quit,
          ])
      if (choice === 'quit' || choice === 'back') return choice
      if (choice === 'skip') {
        this.#skipped.push(step)
        return 'skip'
      }
      if (!(await this.#catchUp())) continue
      const result = choice === 'run' ? await this.#run(step) : await this.#typed(step)
      if (!result) continue
      show.result(result)
      if (this.#guess) show.say(`You guessed: ${this.#guess}`)
      this.#guess = undefined
      if (result.status === 'failed') this.#failed++
      return 'done'
    }
  }

  /** What was skipped is done before something that may stand on it. */
  async #catchUp(): Promise<boolean> {
    while (this.#skipped.length > 0) {
      const step = this.#skipped[0]!
      show.say(`First what was skipped: step ${step.id}.`)
      const result = await this.#run(step)
      if (result.status === 'failed') {
        show.result(result)
        return false
      }
      this.#skipped.shift()
    }
    return true
  }

  async #run(step: Step): Promise<StepResult> {
    const result = await runStep(step, this.#stage, this.#captures)
    Object.assign(this.#captures, result.captures)
    return result
  }

  /** The learner types; undefined when not all of the step was seen. */
  async #typed(step: Step): Promise<StepResult | undefined> {
    const terminal = await this.#workbench.terminal(step.on)
    const started = performance.now()
    const { value: blocks, changed } = await this.#stage.observe(() => typeByHand(terminal, step.on))
    const captures = observed(step, blocks, this.#captures)
    if (!captures) {
      show.say('Not all of the step was there yet. Enter runs it here, t goes back to the terminal.')
      return undefined
    }
    this.#captures = captures
    const ms = performance.now() - started
    return { kind: 'step', id: step.id, on: step.on, status: 'passed', commands: [], captures, changed, ms }
  }

  async #check(id: string, markdown: string): Promise<CheckResult> {
    const result = await runCheck(id, this.#checks[id], this.#stage.bench, this.#captures)
    await show.markdown(markdown)
    show.check(this.#lesson, result)
    if (result.status === 'failed') this.#failed++
    if (result.status === 'passed') this.#prove(result.claims)
    return result
  }

  #prove(claims: string[]): void {
    for (const claim of claims) this.#proved.add(claim)
    noteProgress((progress) => {
      const mine = progressOf(progress, this.#lesson.id)
      mine.proved = [...new Set([...mine.proved, ...claims])]
    })
  }

  async #task(task: Task): Promise<'done' | 'skip' | 'back' | 'quit'> {
    show.say('Your turn.')
    await show.markdown(task.markdown)
    const lacks = await lacking([...task.needs, ...task.solve.flatMap(({ needs }) => needs)], this.#stage)
    if (lacks) {
      show.say(`skipped here: ${lacks}`)
      return 'skip'
    }
    if (this.#yes) return this.#solve(task)
    await this.#catchUp()
    const check = this.#checks[task.id]
    const look = () => runCheck(task.id, check, this.#stage.bench, this.#captures, 0)
    const where = task.solve[0]?.on ?? 'host'
    let hints = 0
    for (;;) {
      const left = task.hints.length - hints
      const choice = await askKey(
        [
          {
            name: 'type',
            key: 't',
            says: `opens terminal ${where} (or in another window: cooper shell ${where})`,
          },
          { name: 'look', key: '\r', says: 'looks now' },
          ...(left > 0 ? [{ name: 'hint' as const, key: 'h', says: `hint (${left} left)` }] : []),
          back,
          { name: 'skip', key: 's', says: 'skip' },
          quit,
        ],
        (answer) => poll(look, () => answer('look')),
      )
      if (choice === 'quit' || choice === 'back' || choice === 'skip') return choice
      if (choice === 'hint') {
        await show.markdown(`${hints + 1}. ${task.hints[hints++]!}`)
        continue
      }
      if (choice === 'type') await typeByHand(await this.#workbench.terminal(where), where)
      const result = await look()
      show.check(this.#lesson, result)
      if (result.status !== 'passed') continue
      this.#taskDone(task)
      return 'done'
    }
  }

  async #solve(task: Task): Promise<'done'> {
    for (const step of task.solve) show.result(await this.#run(step))
    const result = await runCheck(task.id, this.#checks[task.id], this.#stage.bench, this.#captures)
    show.check(this.#lesson, result)
    if (result.status === 'passed') this.#taskDone(task)
    else this.#failed++
    return 'done'
  }

  #taskDone({ id }: Task): void {
    noteProgress((progress) => {
      const mine = progressOf(progress, this.#lesson.id)
      mine.tasks = [...new Set([...mine.tasks, id])]
    })
  }

  #end(): void {
    show.rule('What you have proved')
    for (const [id, claim] of Object.entries(this.#lesson.claims))
      if (this.#proved.has(id)) show.line(`✓ ${id}  ${claim}`)
    const open = Object.keys(this.#lesson.claims).filter((id) => !this.#proved.has(id))
    if (open.length > 0) show.say(`Not seen this time: ${open.join(', ')}`)
    noteProgress((progress) => {
      const mine = progressOf(progress, this.#lesson.id)
      mine.next = undefined
      mine.finished = new Date().toISOString()
    })
  }
}

/** Asks a check every 300 ms and says when it is green. */
function poll(look: () => Promise<CheckResult>, green: () => void): () => void {
  let stopped = false
  const again = async () => {
    if (stopped) return
    const { status } = await look()
    if (stopped) return
    if (status === 'passed') green()
    else setTimeout(again, 300)
  }
  setTimeout(again, 300)
  return () => {
    stopped = true
  }
}
