import { explainCall, pieces } from '../container/index.ts'
import { machine, process as processOf } from '../facts/index.ts'
import { Terminal, type Workbench } from '../workbench/index.ts'
import { attach } from './attach.ts'
import { renderCall, renderCheck } from './look/result.ts'
import { look } from './look/terminal.ts'
import { askKey } from './tour/keys.ts'
import { markdownText, say } from './tour/show.ts'

/**
 * A newcomer sees a container born, call by call, and stands in it.
 *
 * @throws Quit, Interrupt when they left before that
 */
export async function firstStart(workbench: Workbench): Promise<void> {
  say('Cooperage: here you build a Linux container by hand, one kernel feature at a time.')
  await askKey([
    { name: 'go', key: '\r', says: 'makes one now, and you can watch (nothing of it outlives this program)' },
  ])

  say('Each line is one question to the kernel, and how long the kernel took for it.')
  const screen = look(process.stdout, process.env)
  const write = (text: string) => process.stdout.write(`${text}\n`)
  write('')
  const box = await Terminal.open(workbench.place(), {
    pieces: pieces.filter(({ name }) => name !== 'user'),
    hostname: 'box',
    onTrace: ({ call, nanoseconds }) => {
      const { stage, call: said } = explainCall(call)
      write(renderCall({ stage, call: said, microseconds: nanoseconds / 1000 }, screen))
    },
  })
  // What the shell has in front of it is a fact, not a promise: the kernel's own list of its numbers.
  const numbers = processOf(machine, box.pid)?.nspid ?? []
  const check = {
    id: 'pid-one',
    claims: [{ id: 'P1', text: 'Each PID namespace has its own process 1.' }],
    status: numbers.at(-1) === 1 ? ('passed' as const) : ('failed' as const),
    expected: 'the shell calls itself 1',
    saw: `NSpid: ${numbers.join(' ')}`,
    why: `the machine knows this shell as ${numbers[0]}; in its own namespace it is ${numbers.at(-1)}`,
  }
  write(`\n${renderCheck(check, screen)}`)
  const invitation =
    'You saw a container being born, and here is its shell. Look around: `echo $$`, `ps`, `hostname`. `exit` ends the shell, and the container with it.'
  write(`\n${await markdownText(invitation)}\n`)
  await attach(box, {})
  box.close()
  say('That was a container; the lessons make every line yours.')
}
