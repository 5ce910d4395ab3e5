import { constants } from 'node:os'
import {
  type Box,
  compose,
  explain,
  explainCall,
  explainText,
  launch,
  type Piece,
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
import { passingSignals } from './run/signals.ts'
import { UsageError, unknown } from './usage.ts'

/**
 * Runs a command in a container. Ends with its status; 125, 126 and 127 as docker does. What cooper itself says, the
 * trace too, goes to standard error: standard output is the command's.
 */
export async function run(argv: string[], options: Options<'run'>): Promise<number> {
  if (options.json && !options.explain && !options.trace)
    throw new UsageError("'--json' says how '--explain' or '--trace' write; it needs one of them.")
  const { box, pieces: chosen, notes } = wished(argv, options)
  const plan = compose(box, chosen)
  if (options.explain) {
    console.log(options.json ? JSON.stringify(explain(plan), null, 2) : explainText(plan))
    return 0
  }
  for (const note of notes) console.error(`cooper: ${note}`)
  const tracing = options.trace && !options.json
  try {
    const { code, signal } = await passingSignals(async () => {
      const container = await launch(plan, { onTrace: tracing ? say : undefined })
      if (options.trace && options.json) sayJson({ trace: container.trace.map(traceData) })
      return container
    })
    return signal ? 128 + signal : code
  } catch (error) {
    if (!(error instanceof KernelError)) throw error
    const { piece, call, errno, because, remedy, learn } = error.refusal
    const data = { piece, call, errno, code: errno ? error.code : undefined, because, try: remedy, learn }
    if (options.trace && options.json) sayJson({ error: data })
    else console.error(error.message)
    return statusOf(error)
  }
}

function wished(argv: string[], options: Options<'run'>): { box: Box; pieces: Piece[]; notes: string[] } {
  const { only, without, hostname } = options
  const env = process.env as Record<string, string>
  try {
    return resolve({ argv, only, without, hostname, env: { ...env } }, whoAmI())
  } catch (error) {
    if (!(error instanceof UnknownPiece)) throw error
    throw unknown(
      'piece',
      error.piece,
      pieces.map(({ name }) => name),
    )
  }
}

function say({ call, errno, nanoseconds }: Traced): void {
  const { stage, call: said } = explainCall(call)
  const error = errno ? errnoCode(errno) : undefined
  const screen = look(process.stderr, process.env)
  console.error(renderCall({ stage, call: said, microseconds: nanoseconds / 1000, error }, screen))
}

/** One line, so that a reader can tell it from what the command itself says there. */
function sayJson(data: object): void {
  console.error(JSON.stringify(data))
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
  const absent = refusal.errno === constants.errno.ENOENT && !refusal.because?.includes('interpreter')
  return absent ? 127 : 126
}
