import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import {
  type Box,
  compose,
  explain,
  explainCall,
  explainText,
  launch,
  type Traced,
  toScript,
} from '../container/index.ts'
import { KernelError } from '../kernel/index.ts'
import { clean, Ledger } from '../workbench/ledger.ts'
import type { Options } from './options.ts'
import { droppedForwards } from './run/forward.ts'
import { passingSignals } from './run/signals.ts'
import { wished } from './run/wish.ts'
import { UsageError } from './usage.ts'

/**
 * Runs a command in a container. Ends with its status; 125, 126 and 127 as docker does. What cooper itself says, the
 * trace too, goes to standard error: standard output is the command's.
 */
export async function run(argv: string[], options: Options<'run'>): Promise<number> {
  if (options.json && !options.explain && !options.trace)
    throw new UsageError("'--json' says how '--explain' or '--trace' write; it needs one of them.")
  if (options.explain && options['dry-run'])
    throw new UsageError(
      "'--explain' and '--dry-run' both run nothing, and each writes something else. Say one.",
    )
  if (argv[0] === '') throw new UsageError('The command is empty. Often that is a variable that is not set.')
  const { box, pieces: chosen, notes } = await wished(argv, options)
  const plan = compose(box, chosen)
  if (options.explain) {
    console.log(options.json ? JSON.stringify(explain(plan), null, 2) : explainText(plan))
    return 0
  }
  if (options['dry-run']) {
    process.stdout.write(toScript(plan))
    return 0
  }
  for (const note of notes) console.error(`cooper: ${note}`)
  // What few need is loaded for them alone: it takes as long as the container.
  const say = options.trace && !options.json ? (await import('./run/trace.ts')).say : undefined
  let restore: (() => Promise<void>) | undefined
  // What somebody else was killed over; and a page for what this one makes on the machine.
  await clean()
  const ledger = Ledger.open()
  let noting: NodeJS.Timeout | undefined
  try {
    const {
      code,
      signal,
      struck = [],
    } = await passingSignals(async () => {
      const container = await withStdio(options, (stdio) =>
        launch(plan, {
          stdio,
          onTrace: say,
          before: (undo) => ledger.before(undo),
        }),
      )
      if (options.trace && options.json) sayJson({ trace: container.trace.map(traceData) })
      if (container.terminal !== undefined) {
        const { joinTerminal } = await import('./run/terminal.ts')
        restore = joinTerminal(container.terminal, { input: options.interactive })
      }
      noting = setTimeout(noteDrops, patience, box, options)
      return container
    }, options)
    await restore?.()
    for (const limit of struck) console.error(`cooper: ${limit}`)
    return signal ? 128 + signal : code
  } catch (error) {
    if (!(error instanceof KernelError)) throw error
    const { piece, call, errno, because, remedy, learn } = error.refusal
    const data = { piece, call, errno, code: errno ? error.code : undefined, because, try: remedy, learn }
    if (options.trace && options.json) sayJson({ error: data })
    else (await import('./look/fold.ts')).sayError(error.message)
    return statusOf(error)
  } finally {
    clearTimeout(noting)
    await ledger.close()
  }
}

/** Milliseconds. To ask for the machine's rules takes as long as a start, and who is gone by then wanted nothing of them. */
const patience = 100

async function noteDrops(box: Box, { tty }: Options<'run'>): Promise<void> {
  for (const note of await droppedForwards(box)) process.stderr.write(`cooper: ${note}${tty ? '\r' : ''}\n`)
}

/** Standard input is the container's only with `-i`; a terminal of its own needs none of ours. */
async function withStdio<T>(
  { interactive, tty }: Options<'run'>,
  act: (stdio: [number, number, number]) => Promise<T>,
): Promise<T> {
  const nothing = openSync('/dev/null', 'r+')
  try {
    return await act(tty ? [nothing, nothing, nothing] : [interactive ? 0 : nothing, 1, 2])
  } finally {
    closeSync(nothing)
  }
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
