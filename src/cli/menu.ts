import { constants } from 'node:os'
import { KernelError } from '../kernel/index.ts'
import { Workbench } from '../workbench/index.ts'
import { firstStart } from './first-start.ts'
import { Interrupt, interruptible } from './interrupt.ts'
import { learn } from './learn.ts'
import { lessonNamed } from './lessons.ts'
import { type Listed, listed, listText } from './list.ts'
import { cooper } from './myself.ts'
import { isPlain } from './plain.ts'
import { noteProgress, readProgress } from './progress.ts'
import { askLine } from './tour/ask-line.ts'
import { askKey, Quit } from './tour/keys.ts'
import { Scroll } from './tour/scroll.ts'
import { say } from './tour/show.ts'
import { nearest, UsageError } from './usage.ts'

/** What `cooper` alone does: the first start, then the menu. Without a terminal it says what there is, and ends. */
export async function menu(): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return introduce()
  if (!readProgress().started) {
    try {
      await interruptible(() => Workbench.enter(), firstStart)
      noteProgress((progress) => {
        progress.started = new Date().toISOString()
      })
    } catch (error) {
      if (error instanceof Quit) return 0
      if (!(error instanceof KernelError)) throw error
      console.error(error.message)
      say(`This machine does not let a container be made. ${cooper('doctor')} says what to do.`)
    }
  }
  for (;;) {
    const all = listed()
    const next = all.find(({ status }) => status !== 'done') ?? all[0]!
    const answer = await (isPlain() ? askByLine(all, next) : askByList(all, next))
    if (answer === undefined || /^q(uit)?$/i.test(answer)) return 0
    try {
      if (/^d(octor)?$/i.test(answer)) await examine()
      else if (/^p(lay)?$/i.test(answer)) await playground()
      else await take(answer, next, all)
    } catch (error) {
      if (error instanceof Quit) return 0
      throw error
    }
  }
}

function askByLine(all: Listed[], next: Listed): Promise<string | undefined> {
  process.stdout.write(`\n${listText(all).join('\n')}\n`)
  say(
    `Type the number or the name of a lesson; Enter is ${next.number}, p plays with the pieces, d looks at this machine, q quits.`,
  )
  return askLine('Which lesson? ')
}

async function askByList(all: Listed[], next: Listed): Promise<string | undefined> {
  const { isCancel, select, updateSettings } = await import('@clack/prompts')
  // Everywhere else q quits.
  updateSettings({ aliases: { q: 'cancel' } })
  let pressed: string | undefined
  const onKey = (_: string, key?: { sequence?: string }) => {
    pressed = key?.sequence
  }
  process.stdin.on('keypress', onKey)
  // The list hides the cursor; whoever ends us in the middle of it should not have to bring it back.
  const showCursor = (signal: NodeJS.Signals) => {
    process.stdout.write('\x1b[?25h')
    process.exit(128 + constants.signals[signal])
  }
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, showCursor)
  const answer = await select({
    message: 'Which lesson?',
    initialValue: next.id,
    options: [
      ...all.map(({ id, number, title, minutes, status, proved, claims }) => ({
        value: id,
        label: `${number} ${title}`,
        hint: status === 'new' ? `${minutes} min` : `${status}, ${proved} of ${claims} claims proved`,
      })),
      { value: 'play', label: 'Play', hint: 'switch the pieces of a container on and off' },
      { value: 'doctor', label: 'Doctor', hint: 'what this machine has, and what it lacks' },
      { value: 'quit', label: 'Quit' },
    ],
  })
  process.stdin.off('keypress', onKey)
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, showCursor)
  if (!isCancel(answer)) return answer
  if (pressed === '\x03') throw new Interrupt()
  return undefined
}

async function playground(): Promise<void> {
  try {
    await (await import('./play.ts')).play({})
  } catch (error) {
    if (!(error instanceof KernelError)) throw error
    say(error.message)
  }
}

async function take(answer: string, next: Listed, all: Listed[]): Promise<void> {
  const id = answer === '' ? next.id : idOf(answer, all)
  if (id === undefined) return
  const finished = () => readProgress().lessons[id]?.finished
  const before = finished()
  try {
    await learn(id, {})
  } catch (error) {
    // What the kernel refused is no reason to leave the menu.
    if (!(error instanceof UsageError || error instanceof KernelError)) throw error
    say(error.message)
  }
  if (finished() !== before) await goBack()
}

/** The lesson that was meant; when it is none, what could be typed is said. */
function idOf(answer: string, all: Listed[]): string | undefined {
  try {
    return lessonNamed(answer).id
  } catch {
    const near = all.find(
      ({ id }) =>
        id ===
        nearest(
          answer,
          all.map(({ id }) => id),
        ),
    )
    const offer = near
      ? `Did you mean ${near.number}, ${near.id}?`
      : `There is: ${all.map(({ number, id }) => `${number} ${id}`).join(', ')}.`
    say(`There is no lesson '${answer}'. ${offer}`)
    return undefined
  }
}

/** The whole of it is longer than a window. */
async function examine(): Promise<void> {
  let text = ''
  const write = (more: string) => {
    text += more
  }
  await (await import('./doctor.ts')).doctor({}, { write })
  await new Scroll(true).put(`\n${text.trimEnd()}`)
  await goBack()
}

/** The menu would push away what was not read yet. */
async function goBack(): Promise<void> {
  await askKey([{ name: 'back', key: '\r', says: 'goes back to the menu' }])
}

function introduce(): number {
  console.log(`Cooperage is a workshop where you build a working Linux container by hand,
one kernel feature at a time, on your own kernel, without harm to your machine.

Lessons:
${listText(listed())
  .map((line) => `  ${line}`)
  .join('\n')}

To take one, in a terminal:    ${cooper('learn pid')}
To see that it all holds here: ${cooper('check --all')}
For everything else:           ${cooper('--help')}`)
  return 0
}
