import { applies, type CheckResult, lacking, type Task } from '../../literate/index.ts'
import { cooper } from '../myself.ts'
import { typeByHand } from './by-hand.ts'
import { askKey } from './keys.ts'
import { markdownText, ranText, sentence, taskText } from './show.ts'
import { back, type Left } from './step-page.ts'
import type { Work } from './work.ts'

/** How often a check is asked while the learner works, in milliseconds. */
const pulse = 300

/** Lets the learner do a task in whatever window they like, and says when it is done. */
export async function taskPage(task: Task, work: Work): Promise<Left> {
  const solve = task.solve.filter(({ when }) => applies(when, work.stage.cgroups))
  const lacks = await lacking([...task.needs, ...solve.flatMap(({ needs }) => needs)], work.stage)
  if (lacks) {
    await work.scroll.put(`\n${sentence(`skipped here: ${lacks}`)}`)
    return 'lacking'
  }
  const result = work.asks ? await byLearner(task, work) : await bySolve(task, solve, work)
  if (typeof result === 'string') return result
  work.results.set(task, result)
  if (result.status === 'failed') work.failed++
  else
    work.note((mine) => {
      mine.tasks = [...new Set([...mine.tasks, task.id])]
    })
  return 'done'
}

async function byLearner(task: Task, work: Work): Promise<CheckResult | 'back' | 'skip'> {
  await work.catchUp()
  const [where, other] = terminalsOf(task)
  let hints = 0
  for (;;) {
    let result: CheckResult | undefined
    const left = task.hints.length - hints
    const choice = await askKey<'type' | 'other' | 'look' | 'hint' | 'back' | 'skip'>(
      [
        { name: 'look', key: '\r', says: 'looks now' },
        { name: 'type', key: 't', says: `type in terminal ${where}` },
        ...(other ? [{ name: 'other' as const, key: 'o', says: `in terminal ${other}` }] : []),
        ...(left > 0 ? [{ name: 'hint' as const, key: 'h', says: `hint (${left} left)` }] : []),
        back,
        { name: 'skip', key: 's', says: 'skip' },
      ],
      (answer) =>
        poll(async () => {
          result = await work.look(task.id, 0)
          if (result.status === 'passed') answer('look')
        }),
    )
    work.scroll.read()
    if (choice === 'back' || choice === 'skip') return choice
    if (choice === 'hint') {
      await work.scroll.put(`\n${await markdownText(`${hints + 1}. ${task.hints[hints++]!}`)}`)
      continue
    }
    const name = choice === 'type' ? where : choice === 'other' ? other : undefined
    if (name) await typeByHand(await work.workbench.terminal(name), name)
    if (result?.status !== 'passed') result = await work.wait(() => work.look(task.id, 500))
    await work.scroll.put(`\n${taskText(result)}`)
    if (result.status === 'passed') return result
  }
}

/** Below the task: how to work on it. */
export function taskHelp(task: Task): string {
  const ways = terminalsOf(task).map((name) => `\`${cooper(`shell ${name}`)}\``)
  const here = ways.length > 1 ? '(t, o) or in other windows' : '(t) or in another window'
  return `Work here ${here}: ${ways.join(', ')}. It turns green by itself.`
}

/** Where it can be done; of more than two, the first two. */
function terminalsOf({ solve }: Task): [string, string?] {
  const [first = 'host', second] = new Set(solve.map(({ on }) => on))
  return second ? [first, second] : [first]
}

async function bySolve(task: Task, solve: Task['solve'], work: Work): Promise<CheckResult> {
  for (const step of solve) await work.scroll.put(`\n${ranText(await work.run(step))}`)
  await work.showNetwork()
  const result = await work.look(task.id)
  await work.scroll.put(`\n${taskText(result)}`)
  return result
}

/** Asks again and again, one at a time, until it is told to stop. */
function poll(look: () => Promise<void>): () => void {
  let timer = setTimeout(again, pulse)
  let stopped = false
  async function again() {
    await look()
    if (!stopped) timer = setTimeout(again, pulse)
  }
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
