import { lacking, missing, type Step } from '../../literate/index.ts'
import { askKey, type Choice } from './keys.ts'
import type { Page } from './pages.ts'
import { ranText, resultText, sentence } from './show.ts'
import { TypedStep } from './typed-step.ts'
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
  const hand = new TypedStep(step)
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
      await work.scroll.put(`\n${sentence(whatIsMissing(result.ended ?? [], work.asks))}`)
      if (work.asks) continue
      return 'stuck'
    }
    await work.showNetwork()
    if (work.guess) await work.scroll.put(`\nYou guessed: ${work.guess}`)
    work.guess = undefined
    for (const block of page.checks) await work.check(block)
    return 'done'
  }
}

/** A step that fails by itself stands on something that is not there any more, as a rule. */
function whatIsMissing(ended: string[], asks: boolean): string {
  const found =
    ended.length > 0
      ? `Ended since the last step that worked: ${ended.join(', ')}.`
      : 'Nothing has ended since the last step that worked.'
  return asks
    ? `${found} To have all of it made anew: q, and start the lesson again; it goes on here.`
    : found
}

function askStep(hand: TypedStep, tried: boolean, isFirst: boolean) {
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
