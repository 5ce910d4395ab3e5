import type { Guess } from '../../literate/index.ts'
import { replay } from '../../literate/index.ts'
import { Interrupt } from '../interrupt.ts'
import { cooper } from '../myself.ts'
import { askLine } from './ask-line.ts'
import { endText } from './ending.ts'
import { askKey, type Choice, Quit } from './keys.ts'
import { type Page, pageOf, pagesOf, placeAt } from './pages.ts'
import {
  blockText,
  checkText,
  labelText,
  markdownText,
  ranText,
  ruleText,
  say,
  sentence,
  stepText,
  taskText,
} from './show.ts'
import { back, type Left, stepPage } from './step-page.ts'
import { taskHelp, taskPage } from './task-page.ts'
import { type Ground, Work } from './work.ts'

const on: Choice<'on'> = { name: 'on', key: '\r', says: 'goes on' }

/** A lesson page by page, at the learner's pace. */
export class Tour {
  readonly #work: Work
  readonly #pages: Page[]
  /** What was done on this bench: going back to it is reading. */
  readonly #over = new Set<Page>()
  /** The furthest page so far. */
  #reached = 0

  constructor(ground: Ground) {
    this.#work = new Work(ground)
    this.#pages = pagesOf(ground.lesson, ground.stage.cgroups)
  }

  /**
   * Goes through the lesson.
   *
   * @param from the step, check or task to begin at: what comes before is done again first
   * @returns `left` when the learner quit; `failed` when something did not do what the lesson says
   * @throws Interrupt for Ctrl-C
   */
  async go(from: string | undefined): Promise<'finished' | 'left' | 'failed'> {
    const { lesson, scroll } = this.#work
    try {
      let at = from === undefined ? 0 : await this.#resume(from)
      while (at < this.#pages.length) {
        const left = await this.#page(at)
        if (left === 'stuck') {
          say('What comes after it stands on this step, so the lesson ends here.')
          return 'failed'
        }
        at = left === 'back' ? Math.max(0, at - 1) : at + 1
        this.#reached = Math.max(this.#reached, at)
      }
      await scroll.put(`\n${endText(this.#work)}`)
    } catch (error) {
      if (!(error instanceof Quit || error instanceof Interrupt)) throw error
      say(`Your place is kept: ${cooper(`learn ${lesson.id}`)} goes on here.`)
      if (error instanceof Interrupt) throw error
      return 'left'
    }
    this.#work.note((mine) => {
      mine.next = undefined
      mine.finished = new Date().toISOString()
    })
    return this.#work.failed === 0 ? 'finished' : 'failed'
  }

  /** Brings the fresh bench to where the page begins. */
  async #resume(id: string): Promise<number> {
    const at = pageOf(this.#pages, id)
    if (at <= 0) return 0
    const work = this.#work
    say(`Going on with "${work.lesson.title}" at ${id}; doing again what comes before it.`)
    const { captures, steps, failed } = await work.wait(() =>
      replay(work.lesson, this.#pages[at]!.from, work.stage),
    )
    if (failed) throw new Stale(failed.id, failed.reason)
    work.captures = captures
    work.standing.note(work.stage.bench)
    for (const page of this.#pages.slice(0, at)) {
      this.#over.add(page)
      const { act } = page
      const result = act?.kind === 'step' && steps.find((step) => step.id === act.id)
      if (act && result) work.results.set(act, result)
    }
    this.#reached = at
    return at
  }

  async #page(at: number): Promise<Left> {
    const page = this.#pages[at]!
    const { lesson, scroll, asks } = this.#work
    if (at >= this.#reached) this.#notePlace(at)
    const long = at === 0 ? `, about ${lesson.minutes} min` : ''
    const parts = [ruleText(`${lesson.id}, page ${at + 1} of ${this.#pages.length}${long}`)]
    for (const block of page.read) parts.push(await blockText(block))
    // A skipped step that was caught up on is done, too.
    const over = this.#over.has(page) || (page.act !== undefined && this.#work.results.has(page.act))
    parts.push(...(await this.#actText(page, over)))
    await scroll.put(`\n${parts.join('\n\n')}`)
    if (over) return this.#reread(page, at)
    const left = await this.#act(page, at)
    if (left === 'done') this.#over.add(page)
    if (left === 'back' || left === 'stuck' || left === 'skip' || !asks || page.act?.kind === 'guess')
      return left
    if (at >= this.#reached) this.#notePlace(at + 1)
    return this.#turn(at)
  }

  /** The learner moves on by hand. */
  async #turn(at: number): Promise<Left> {
    const choice = await askKey(at > 0 ? [on, back] : [on])
    this.#work.scroll.read()
    return choice === 'on' ? 'done' : choice
  }

  /** What there is to do, before it is done. */
  async #actText({ act }: Page, over: boolean): Promise<string[]> {
    // What has run says itself what was typed.
    if (act?.kind === 'step') return over || !this.#work.asks ? [] : [stepText(act, this.#work.captures)]
    if (act?.kind === 'guess') return [await markdownText(act.markdown)]
    if (!act) return []
    const help = this.#work.asks && !over ? [await markdownText(taskHelp(act))] : []
    return [labelText(`task ${act.id}`), await markdownText(act.markdown), ...help]
  }

  async #act(page: Page, at: number): Promise<Left> {
    const { act } = page
    const work = this.#work
    if (act?.kind === 'step') return stepPage(page, act, work, at === 0)
    if (act?.kind === 'task') return taskPage(act, work)
    if (act) return this.#guess(act)
    for (const block of page.checks) await work.check(block)
    return 'done'
  }

  async #guess(guess: Guess): Promise<Left> {
    const work = this.#work
    if (!work.asks) return 'done'
    say('What do you think? Enter leaves it open, b goes back, q quits.')
    const answer = await askLine('Your guess: ')
    if (answer === undefined || answer === 'q') throw new Quit()
    work.scroll.read()
    if (answer === 'b') return 'back'
    work.guess = answer || undefined
    work.results.set(guess, answer)
    return 'done'
  }

  /** A page that is over is only read: doing it twice would leave another bench than the lesson expects. */
  async #reread({ act, checks }: Page, at: number): Promise<Left> {
    const { lesson, results, scroll } = this.#work
    for (const block of act ? [act, ...checks] : checks) {
      const result = results.get(block)
      if (result === undefined || result === '') continue
      if (typeof result === 'string') await scroll.put(`\nYou guessed: ${result}`)
      else if (result.kind === 'step') await scroll.put(`\n${ranText(result)}`)
      else await scroll.put(`\n${block.kind === 'task' ? taskText(result) : checkText(lesson, result)}`)
    }
    if (act && act.kind !== 'guess')
      await scroll.put(`\n${sentence('This was done; here you only read it again.')}`)
    return this.#turn(at)
  }

  #notePlace(at: number): void {
    const next = placeAt(this.#pages, at)
    this.#work.note((mine) => {
      mine.next = next
    })
  }
}

/** The way to where the learner was does not lead there any more. */
export class Stale extends Error {
  constructor(step: string, reason = '') {
    super(`Step ${step} did not work this time: ${reason}`)
    this.name = 'Stale'
  }
}
