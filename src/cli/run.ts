import {
  compose,
  explain,
  explainCall,
  explainText,
  type Launched,
  launch,
  pieces,
  resolve,
  type Traced,
  UnknownPiece,
} from '../container/index.ts'
import { errnoCode, KernelError } from '../kernel/index.ts'
import { whoAmI } from '../workbench/who.ts'
import { renderCall } from './look/result.ts'
import { look } from './look/terminal.ts'
import type { Options } from './options.ts'
import { unknown } from './usage.ts'

/** Runs a command in a container. Ends with its status; 125, 126 and 127 as docker does. */
export async function run(argv: string[], options: Options<'run'>): Promise<number> {
  const { box, pieces: chosen, notes } = wished(argv, options)
  const plan = compose(box, chosen)
  if (options.explain) {
    console.log(options.json ? JSON.stringify(explain(plan), null, 2) : explainText(plan))
    return 0
  }
  for (const note of notes) console.error(`cooper: ${note}`)
  const screen = look(process.stderr, process.env)
  const onTrace = ({ call, errno, nanoseconds }: Traced) => {
    const { stage, call: said } = explainCall(call)
    const error = errno ? errnoCode(errno) : undefined
    console.error(renderCall({ stage, call: said, microseconds: nanoseconds / 1000, error }, screen))
  }
  let container: Launched
  try {
    container = await launch(plan, { onTrace: options.trace && !options.json ? onTrace : undefined })
  } catch (error) {
    if (!(error instanceof KernelError)) throw error
    console.error(error.message)
    return statusOf(error)
  }
  if (options.trace && options.json) console.error(JSON.stringify(container.trace.map(traceData)))
  return exitStatus(container)
}

function wished(argv: string[], { only, without, hostname }: Options<'run'>) {
  try {
    return resolve({ argv, only, without, hostname, env: environment() }, whoAmI())
  } catch (error) {
    if (!(error instanceof UnknownPiece)) throw error
    throw unknown(
      'piece',
      error.piece,
      pieces.map(({ name }) => name),
    )
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

const traceData = ({ call, side, errno, nanoseconds }: Traced) => ({
  ...explainCall(call),
  side,
  errno,
  nanoseconds,
})

/** docker's: 127 not found, 126 found and not to be run, 125 no container. */
function statusOf({ refusal }: KernelError): number {
  if (!refusal.call.startsWith('execve(')) return 125
  return refusal.errno === 2 && !refusal.because?.includes('interpreter') ? 127 : 126
}

/**
 * Waits for the program, and for the third Ctrl-C ends it: a program that is process 1 and has no handler does not
 * hear the first two, from wherever they come.
 */
async function exitStatus({ pid, exit }: Launched): Promise<number> {
  let heard = 0
  const onSignal = (signal: NodeJS.Signals) => {
    heard++
    if (heard === 2) console.error('cooper: the program does not listen; once more ends it')
    try {
      // Ctrl-C reaches the program through the terminal as well; the other signals come to us alone.
      process.kill(pid, heard > 2 ? 'SIGKILL' : signal)
    } catch {
      // It is gone.
    }
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
  for (const name of signals) process.on(name, onSignal)
  const { code, signal } = await exit
  for (const name of signals) process.off(name, onSignal)
  return signal ? 128 + signal : code
}
