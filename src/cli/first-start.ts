import { explainCall, pieces } from '../container/index.ts'
import type { Bench } from '../facts/index.ts'
import { projectFile } from '../kernel/index.ts'
import { loadLesson, runCheck } from '../literate/index.ts'
import { Terminal, type Workbench } from '../workbench/index.ts'
import { insideNumber } from '../workbench/place.ts'
import { attach } from './attach.ts'
import { lessonNamed } from './lessons.ts'
import { renderCall } from './look/result.ts'
import { look } from './look/terminal.ts'
import { askKey } from './tour/keys.ts'
import { checkText, markdownText, say } from './tour/show.ts'

/**
 * A newcomer sees a container born, call by call, and stands in it. From the first sentence to the prompt it is one
 * window of 80 columns and 24 lines, so nothing of it scrolls away.
 *
 * @throws Quit, Interrupt when they left before that
 */
export async function firstStart(workbench: Workbench): Promise<void> {
  say('Cooperage: build a Linux container by hand, one kernel feature at a time.')
  await askKey([{ name: 'go', key: '\r', says: 'makes one now; nothing of it outlives this program' }])

  say('Each line is one question to the kernel, and how long the kernel took for it.')
  const box = await birth(workbench)
  const { bench } = workbench
  const shell = () => bench.process(insideNumber(box.pid) ?? '')
  process.stdout.write(`\n${await firstClaim({ ...bench, shell })}\n`)
  const invitation = 'You are PID 1. Try `echo $$`, `ps`, `hostname`; `exit` ends the container.'
  process.stdout.write(`\n${await markdownText(invitation)}\n`)
  await attach(box, { name: 'box' })
  box.close()
  say('That was a container; the lessons make every line yours.')
}

/** Makes a shell in a box of all pieces, and tells what made the box: a line a call, two for the one that counts. */
async function birth(workbench: Workbench): Promise<Terminal> {
  const screen = look(process.stdout, process.env)
  const tell = (call: string, stage: string, nanoseconds: number, lines: number) =>
    process.stdout.write(`${renderCall({ stage, call, microseconds: nanoseconds / 1000 }, screen, lines)}\n`)
  const others: number[] = []
  const box = await Terminal.open(workbench.place(), {
    // Its group comes late in the lessons, and its line would push the first sentence out of the window.
    pieces: pieces.filter(({ name }) => name !== 'user' && name !== 'cgroup'),
    hostname: 'box',
    onTrace: ({ call, nanoseconds }) => {
      const isClone = call.do === 'clone' && call.args.namespaces.length > 0
      // The shell of any terminal goes into the workbench, and has a terminal; that is not what makes a container.
      if (!isClone && (!call.piece || call.piece.name === 'terminal')) return void others.push(nanoseconds)
      const { stage, call: said } = explainCall(call)
      tell(said, stage, nanoseconds, isClone ? 2 : 1)
    },
  })
  const took = others.reduce((sum, nanoseconds) => sum + nanoseconds, 0)
  tell(`and ${others.length} more: the way in, and a terminal`, '', took, 1)
  return box
}

/** What the shell has in front of it is a fact, not a promise: lesson pid's own check of its first claim. */
async function firstClaim(bench: Bench): Promise<string> {
  const { lesson, checks } = await loadLesson(lessonNamed('pid'), projectFile())
  return checkText(lesson, await runCheck('first', checks.first, bench, {}))
}
