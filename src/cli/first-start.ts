import { explainCall, pieces } from '../container/index.ts'
import { machine, process as processOf } from '../facts/index.ts'
import { Terminal, type Workbench } from '../workbench/index.ts'
import { attach } from './attach.ts'
import { renderCall, renderCheck } from './look/result.ts'
import { look } from './look/terminal.ts'
import { askKey } from './tour/keys.ts'
import { show } from './tour/show.ts'

/** A newcomer sees a container born, call by call, and stands in it. Returns false when they left before that. */
export async function firstStart(workbench: Workbench): Promise<boolean> {
  await show.markdown('Cooperage: here you build a Linux container by hand, one kernel feature at a time.')
  const choice = await askKey([
    { name: 'go', key: '\r', says: 'makes one now, and you can watch (nothing of it outlives this program)' },
    { name: 'quit', key: 'q', says: 'quit' },
  ])
  if (choice === 'quit') return false

  const screen = look(process.stdout, process.env)
  show.line()
  const box = await Terminal.open(workbench.place(), {
    pieces: pieces.filter(({ name }) => name !== 'user'),
    hostname: 'box',
    onTrace: ({ call, nanoseconds }) => {
      const { stage, call: said } = explainCall(call)
      show.line(renderCall({ stage, call: said, microseconds: nanoseconds / 1000 }, screen))
    },
  })
  // What the shell has in front of it is a fact, not a promise: the kernel's own list of its numbers.
  const numbers = processOf(machine, box.pid)?.nspid ?? []
  show.line(
    `\n${renderCheck(
      {
        id: 'pid-one',
        claims: [{ id: 'P1', text: 'Each PID namespace has its own process 1.' }],
        status: numbers.at(-1) === 1 ? 'passed' : 'failed',
        expected: 'the shell calls itself 1',
        saw: `NSpid: ${numbers.join(' ')}`,
        why: `the machine knows this shell as ${numbers[0]}; in its own namespace it is ${numbers.at(-1)}`,
      },
      screen,
    )}`,
  )
  await show.markdown(
    'You saw a container being born, and here is its shell. Look around: `echo $$`, `ps`, `hostname`. `exit` ends the shell, and the container with it.',
  )
  show.line()
  await attach(box, {})
  box.close()
  show.say('That was a container; the lessons make every line yours.')
  return true
}
