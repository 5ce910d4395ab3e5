import { closeSync } from 'node:fs'
import {
  type Encoded,
  type Exit,
  native,
  nativeFile,
  programPaths,
  type Report,
  spawn,
  verbOf,
} from '../kernel/index.ts'
import { chainOf, descriptorsIn } from './chain.ts'
import type { Plan, PlannedCall } from './compose.ts'
import { call } from './piece.ts'
import { refused, whyNot } from './refusal.ts'
import { stages } from './stages.ts'

/** One call as it went: the trace of a launch is a list of these, both sides in order. */
export interface Traced {
  call: PlannedCall
  side: 'machine' | 'child'
  errno: number
  nanoseconds: number
}

export interface Launched {
  /** The number on the machine of the process that runs the program. */
  pid: number
  trace: Traced[]
  exit: Promise<Exit>
  signal(signal: number): void
  /** The master of the terminal the box asked for; the caller closes it. */
  terminal?: number
}

export interface LaunchOptions {
  stdio?: [number, number, number]
  /** Hears of each call as soon as this side knows of it. */
  onTrace?(traced: Traced): void
}

/** Makes a call on the machine, and tells how it went in the kernel's words. */
async function onMachine(made: PlannedCall, child: number, root: string): Promise<Traced> {
  const before = process.hrtime.bigint()
  try {
    await verbOf(made).run!(made.args, { child })
  } catch (thrown) {
    const { errno } = thrown as NodeJS.ErrnoException
    if (errno === undefined) throw thrown
    throw refused(made, Math.abs(errno), { pid: child || 'self', root, cause: thrown })
  }
  return { call: made, side: 'machine', errno: 0, nanoseconds: Number(process.hrtime.bigint() - before) }
}

/** Launches a container: resolves when its program runs, rejects with a KernelError when it cannot. */
export async function launch(plan: Plan, options: LaunchOptions = {}): Promise<Launched> {
  const { box } = plan
  const chain = chainOf(plan)
  const trace: Traced[] = []
  let reported = 0
  let terminal: number | undefined
  const note = (traced: Traced) => {
    trace.push(traced)
    options.onTrace?.(traced)
  }
  const noteReports = (reports: Report[]) => {
    for (; reported < reports.length; reported++) {
      const { call: index, errno, nanoseconds } = reports[reported]!
      note({ call: chain.calls[index]!, side: 'child', errno, nanoseconds })
    }
  }
  const program = box.init ? initProgram() : undefined
  const began = process.hrtime.bigint()

  try {
    for (const made of plan.calls.filter(({ at }) => at === 'claim')) note(await onMachine(made, 0, box.root))
    const spawned = await spawn(
      {
        clone: chain.clone,
        calls: chain.calls.map((made) => verbOf(made).encode!(made.args) as Encoded),
        argv: program === undefined ? box.argv : ['cooper-init', ...box.argv],
        env: box.env,
        paths: programPaths(box.argv[0] ?? '', box.env.PATH),
        program,
        stdio: options.stdio ?? [0, 1, 2],
        keep: descriptorsIn(chain.calls),
        amongOthers: chain.amongOthers,
      },
      {
        born: (pid, nth) => {
          if (nth === 0 && chain.clone.length) {
            const made = call('born', 'clone', { namespaces: chain.clone, beside: 0 }, stages.born.why)
            note({
              call: made,
              side: 'machine',
              errno: 0,
              nanoseconds: Number(process.hrtime.bigint() - began),
            })
          }
          const admitted = chain.admit[nth] ?? []
          if (admitted.length === 0) return
          return (async () => {
            for (const made of admitted) note(await onMachine(made, pid, box.root))
          })()
        },
        terminal: (master) => {
          terminal = master
        },
        failed: (failure, reports) => {
          noteReports(reports)
          return whyNot(plan, chain, failure)
        },
      },
    )
    noteReports(spawned.reports)
    const { pid, exit, signal } = spawned
    return { pid, trace, exit, signal, terminal }
  } finally {
    if (chain.pidfd !== undefined) closeSync(chain.pidfd)
  }
}

let sealed: number | undefined

/** The init, as a sealed copy in memory: a container that could write its process 1 would write the machine's file. */
function initProgram(): number {
  sealed ??= native().sealedCopy(nativeFile('init'), 'cooper-init')
  return sealed
}
