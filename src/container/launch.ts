import { closeSync, lstatSync, readFileSync } from 'node:fs'
import {
  type Encoded,
  type Exit,
  errnoCode,
  type Failure,
  KernelError,
  native,
  nativeFile,
  programPaths,
  type Sight,
  spawn,
  verbOf,
} from '../kernel/index.ts'
import { callsOf, type Plan, type PlannedCall } from './compose.ts'
import { execCause } from './exec-cause.ts'
import { call } from './piece.ts'
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
  /** The master of the terminal the box asked for; the caller closes it. */
  terminal?: number
}

export interface LaunchOptions {
  stdio?: [number, number, number]
  /** Hears of each call as soon as this side knows of it. */
  onTrace?(traced: Traced): void
}

/** What one spawn needs, made from a plan and the plans it is made within. */
interface Chain {
  clone: Plan['clone']
  calls: PlannedCall[]
  /** For each process of the chain, what the machine does while it waits. */
  admit: PlannedCall[][]
  amongOthers: boolean
  /** Opened for this launch, to be closed after it. */
  pidfd?: number
}

function chainOf(plan: Plan): Chain {
  const { within } = plan
  const admit = plan.calls.filter(({ at }) => at === 'admit')
  const own = callsOf(plan, 'child')
  if (!within) return { clone: plan.clone, calls: own, admit: [admit], amongOthers: false }

  // Whoever makes the inner process stands beside it, in the namespace its maps refer to.
  const again = (calls: PlannedCall[]) => [
    call(
      'born',
      'clone',
      { namespaces: plan.clone, beside: admit.length },
      'go on in a process of these namespaces',
    ),
    ...admit,
    ...calls,
  ]
  if ('plan' in within) {
    const outer = chainOf(within.plan)
    return { ...outer, calls: [...outer.calls, ...again(own)], admit: [...outer.admit, []] }
  }
  const { pid, namespaces } = within.join
  const fd = native().pidfdOpen(pid)
  const join = call('born', 'setns', { fd, pid, namespaces }, 'enter what is there before making what is new')
  // A PID namespace is entered by a child; only from there can it make another one.
  const deeper = namespaces.includes('pid') && plan.clone.includes('pid')
  const inside = call('born', 'clone', { namespaces: [], beside: 0 }, 'be born in the PID namespace that was joined')
  const calls = [join, ...(deeper ? [inside] : []), ...again(own)]
  return { clone: [], calls, admit: [], amongOthers: true, pidfd: fd }
}

/** The descriptors that calls name, which the child must not close. */
function descriptorsIn(calls: PlannedCall[]): number[] {
  return calls.flatMap((made) => {
    if (made.do === 'setns') return [made.args.fd]
    return made.do === 'chdir' && typeof made.args.to === 'object' ? [made.args.to.fd] : []
  })
}

const learn = (made: PlannedCall) => made.piece && `cooper learn ${made.piece.lesson}, "Break it"`

/** What a cause may look at: the refused child, as long as it waits; the machine itself otherwise. */
function sightOf(pid: number | 'self'): Sight {
  return {
    proc: (file) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'utf8')
      } catch {
        return ''
      }
    },
    kind: (path) => {
      const base = path.startsWith('/') ? `/proc/${pid}/root${path}` : `/proc/${pid}/cwd/${path}`
      const about = lstatSync(base, { throwIfNoEntry: false })
      if (!about) return undefined
      if (about.isSymbolicLink()) return 'link'
      return about.isDirectory() ? 'directory' : about.isFile() ? 'file' : 'other'
    },
  }
}

function refused(made: PlannedCall, errno: number, pid: number | 'self', cause?: unknown): KernelError {
  const verb = verbOf(made)
  const found = verb.causes?.[errnoCode(errno)]?.(made.args, sightOf(pid))
  return new KernelError(
    {
      piece: made.piece?.name ?? made.do,
      call: verb.say(made.args),
      errno,
      because: found?.because,
      remedy: found?.remedy,
      learn: learn(made),
    },
    { cause },
  )
}

/** Makes a call on the machine, and tells how it went in the kernel's words. */
async function onMachine(made: PlannedCall, child: number): Promise<Traced> {
  const before = process.hrtime.bigint()
  try {
    await verbOf(made).run!(made.args, { child })
  } catch (thrown) {
    const { errno } = thrown as NodeJS.ErrnoException
    if (errno === undefined) throw thrown
    throw refused(made, Math.abs(errno), child || 'self', thrown)
  }
  return { call: made, side: 'machine', errno: 0, nanoseconds: Number(process.hrtime.bigint() - before) }
}

function whyNot(plan: Plan, chain: Chain, failure: Failure): KernelError {
  const born = call('born', 'clone', { namespaces: chain.clone, beside: 0 }, '')
  switch (failure.what) {
    case 'clone':
      return refused(born, failure.errno, 'self')
    case 'call':
      return refused(chain.calls[failure.index]!, failure.errno, failure.pid)
    case 'exec': {
      const { errno, path, pid } = failure
      const name = plan.box.argv[0]!
      const found = execCause(`/proc/${pid}/root`, path, errnoCode(errno), name)
      const tried = name.includes('/') || found.because.startsWith('no ') ? name : path
      return new KernelError({ piece: 'run', call: `execve(${JSON.stringify(tried)})`, errno, ...found })
    }
    case 'vanished': {
      const { code, signal } = failure.exit
      const end = signal ? `killed by signal ${signal}` : `ended with status ${code}`
      return new KernelError({
        piece: 'run',
        call: `the child was ${end} before its program ran`,
        errno: 0,
        because: 'something outside ended it, or its process 1 was gone',
      })
    }
  }
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
  const program = box.init ? initProgram() : undefined
  const began = process.hrtime.bigint()

  try {
    for (const made of plan.calls.filter(({ at }) => at === 'claim')) note(await onMachine(made, 0))
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
            for (const made of admitted) note(await onMachine(made, pid))
          })()
        },
        terminal: (master) => {
          terminal = master
        },
        failed: (failure) => whyNot(plan, chain, failure),
      },
    )
    for (; reported < spawned.reports.length; reported++) {
      const { call: index, errno, nanoseconds } = spawned.reports[reported]!
      note({ call: chain.calls[index]!, side: 'child', errno, nanoseconds })
    }
    return { pid: spawned.pid, trace, exit: spawned.exit, terminal }
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
