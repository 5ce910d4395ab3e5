import { constants } from 'node:os'
import { KernelError } from '../kernel/index.ts'
import { Workbench } from '../workbench/index.ts'
import { firstStart } from './first-start.ts'
import { Interrupt, interruptible } from './interrupt.ts'
import { learn } from './learn.ts'
import { lessonNamed } from './lessons.ts'
import { type Listed, listed, listText } from './list.ts'
import { look } from './look/terminal.ts'
import { cooper } from './myself.ts'
import { noteProgress, readProgress } from './progress.ts'
import { askLine } from './tour/ask-line.ts'
import { Quit } from './tour/keys.ts'
import { say } from './tour/show.ts'
import { UsageError } from './usage.ts'

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
    if (/^d(octor)?$/i.test(answer)) await (await import('./doctor.ts')).doctor()
    else await take(answer, next)
  }
}

/** Lists that redraw themselves are lost on some terminals, and on whoever hears the screen instead of seeing it. */
function isPlain(): boolean {
  const { unicode, width } = look(process.stdout, process.env)
  return !unicode || width < 60 || process.env.TERM === 'dumb' || Boolean(process.env.ACCESSIBLE)
}

function askByLine(all: Listed[], next: Listed): Promise<string | undefined> {
  process.stdout.write(`\n${listText(all).join('\n')}\n`)
  say(`Type the number of a lesson; Enter is ${next.number}, d looks at this machine, q quits.`)
  return askLine('Which lesson? ')
}

async function askByList(all: Listed[], next: Listed): Promise<string | undefined> {
  const { isCancel, select } = await import('@clack/prompts')
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
      { value: 'doctor', label: 'Doctor', hint: 'what this machine has, and what it lacks' },
      { value: 'quit', label: 'Quit' },
    ],
  })
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.off(signal, showCursor)
  if (isCancel(answer)) throw new Interrupt()
  return answer
}

async function take(answer: string, next: Listed): Promise<void> {
  try {
    await learn(answer === '' ? next.id : lessonNamed(answer).id, {})
  } catch (error) {
    // What was typed, or what the kernel refused, is no reason to leave the menu.
    if (!(error instanceof UsageError || error instanceof KernelError)) throw error
    say(error.message)
  }
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
