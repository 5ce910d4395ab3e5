import { closeSync, constants as files, openSync } from 'node:fs'
import { constants } from 'node:os'
import {
  type Act,
  type Encoded,
  type Exit,
  type Made,
  native,
  nativeFile,
  programPaths,
  spawn,
  verbOf,
} from '../kernel/index.ts'
import { hybrid, struck } from './cgroup/index.ts'
import { type Chain, chainOf, cloneOf, descriptorsIn } from './chain.ts'
import { type Plan, type PlannedCall, staysInside } from './compose.ts'
import { type HeldRoot, holdRoot } from './mount-points.ts'
import { refused, whyNot } from './refusal.ts'

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
  /** Written down when somebody looks. */
  readonly trace: Traced[]
  exit: Promise<Ended>
  signal(signal: number): void
  /** The master of the terminal the box asked for; the caller closes it. */
  terminal?: number
}

/** How a container ended, and as sentences, which of its limits it ran into. */
export interface Ended extends Exit {
  struck?: string[]
}

export interface LaunchOptions {
  stdio?: [number, number, number]
  /**
   * Writes down how to take an act on the machine back; the act is done only after that. `Ledger.before` is one. Who
   * gives none leaves it to us: it is taken back when the container has ended.
   */
  before?(undo: Act): void
  /** Hears of each call as soon as this side knows of it. */
  onTrace?(traced: Traced): void
}

/** What a launch has going on this machine, to be ended with the container. */
interface Going {
  root: string
  before: LaunchOptions['before']
  ends: (() => void)[]
  /** What nobody else wrote down. */
  undo: Act[]
}

/** Makes a call on the machine, and tells how it went in the kernel's words. How to undo it is written down first. */
async function onMachine(
  made: PlannedCall,
  child: number,
  { root, before, ends, undo: ours }: Going,
): Promise<Traced> {
  const verb = verbOf(made)
  const undo = verb.undo?.(made.args)
  if (undo && before) before(undo as Act)
  else if (undo) ours.push(undo as Act)
  const began = process.hrtime.bigint()
  try {
    await verb.run!(made.args, { child, atEnd: (end) => ends.push(end) })
  } catch (thrown) {
    const { errno } = thrown as NodeJS.ErrnoException
    if (errno === undefined) throw thrown
    throw refused(made, Math.abs(errno), { pid: child || 'self', root, cause: thrown })
  }
  return { call: made, side: 'machine', errno: 0, nanoseconds: Number(process.hrtime.bigint() - began) }
}

/** What the addon made, and what we did meanwhile, as a trace. */
function traceOf(chain: Chain, { birth, reports }: Made, admitted: Traced[]): Traced[] {
  const born: Traced = { call: cloneOf(chain), side: 'machine', errno: 0, nanoseconds: birth }
  const made = reports.map(
    ({ call: index, errno, nanoseconds }): Traced => ({
      call: chain.calls[index]!,
      side: index < chain.beside ? 'machine' : 'child',
      errno,
      nanoseconds,
    }),
  )
  const beside = made.splice(0, chain.beside)
  return [...(chain.clone.length && birth ? [born] : []), ...beside, ...admitted, ...made]
}

/** Launches a container: resolves when its program runs, rejects with a KernelError when it cannot. */
export async function launch(plan: Plan, options: LaunchOptions = {}): Promise<Launched> {
  const { box } = plan
  // With nobody needed outside, what the child will do is worked out while the kernel makes its namespaces.
  const inside = staysInside(plan)
  let chained: Chain | undefined
  const chain = (): Chain => {
    chained ??= chainOf(plan)
    return chained
  }
  const claimed: Traced[] = []
  const admitted: Traced[] = []
  let terminal: number | undefined
  const tell = (made: Made) => {
    // Writing a trace down takes a twentieth of a launch.
    if (options.onTrace) for (const one of traceOf(chain(), made, admitted)) options.onTrace(one)
  }
  const claim = (one: Traced) => {
    claimed.push(one)
    options.onTrace?.(one)
  }
  const meanwhile: Promise<Traced>[] = []
  const admit = async (pid: number, nth: number) => {
    if (nth > 0) return
    for (const made of chain().admit) admitted.push(await onMachine(made, pid, going))
    for (const one of meanwhile) claim(await one)
  }
  const program = box.init ? initProgram() : undefined
  // Each number once: by the second time it may be somebody else's.
  const held = box.held?.splice(0) ?? []
  let root: HeldRoot | undefined
  const going: Going = { root: box.root, before: options.before, ends: [() => root?.letGo()], undo: [] }
  const ended = async () => {
    for (const end of going.ends) end()
    for (const fd of held) closeSync(fd)
    for (const act of going.undo.reverse()) await verbOf(act).run?.(act.args, { child: 0 })
  }
  let into: number | undefined

  try {
    for (const made of inside ? [] : plan.calls) {
      if (made.at !== 'claim') continue
      const one = onMachine(made, 0, going)
      if (!verbOf(made).meanwhile) claim(await one)
      else {
        meanwhile.push(one)
        // It is awaited later, when the child is there.
        one.catch(() => {})
      }
    }
    const group = box.cgroup && hybrid.born(box.cgroup)
    // Born in its group, it need not be moved there.
    if (group !== undefined) into = openSync(group, files.O_RDONLY | files.O_DIRECTORY)
    const spawned = await spawn(
      {
        clone: inside ? plan.clone : chain().clone,
        get calls() {
          const late = inside && (chain().admit[0] ?? plan.calls.find(({ at }) => at === 'claim'))
          if (late)
            throw new Error(
              `piece ${late.piece?.name}: ${late.do} needs somebody outside, and it does not say so`,
            )
          root = holdRoot(plan)
          return chain().calls.map((made) => verbOf(made).encode!(made.args) as Encoded)
        },
        get beside() {
          return chain().beside
        },
        argv: program === undefined ? box.argv : ['cooper-init', ...box.argv],
        env: box.env,
        paths: programPaths(box.argv[0] ?? '', box.env.PATH),
        program,
        stdio: options.stdio ?? [0, 1, 2],
        keep: inside ? [] : descriptorsIn(chain().calls),
        amongOthers: !inside && chain().amongOthers,
        cgroup: into,
      },
      {
        // Without it the child need not wait for us.
        born: !inside && chain().admit.length + meanwhile.length ? admit : undefined,
        opened: (master) => {
          terminal = master
        },
        failed: (failure, made) => {
          tell(made)
          return whyNot(plan, chain(), failure)
        },
      },
    )
    tell(spawned)
    root?.runs()
    const { pid, exit, signal } = spawned
    let trace: Traced[] | undefined
    return {
      pid,
      get trace() {
        trace ??= [...claimed, ...traceOf(chain(), spawned, admitted)]
        return trace
      },
      exit: over(exit, box, ended),
      signal(number) {
        signal(number)
        // In version 1 what is frozen does not even die (freezer-subsystem.rst).
        if (number === constants.signals.SIGKILL && box.cgroup) thaw(box.cgroup)
      },
      terminal,
    }
  } catch (error) {
    // What is not over yet cannot be taken back.
    await Promise.allSettled(meanwhile)
    await ended()
    throw error
  } finally {
    if (chained?.pidfd !== undefined) closeSync(chained.pidfd)
    if (into !== undefined) closeSync(into)
  }
}

/** Its end: first what its groups tell, then everything goes. */
async function over(
  exit: Promise<Exit>,
  { cgroup }: Plan['box'],
  ended: () => Promise<void>,
): Promise<Ended> {
  const how = await exit
  const said = cgroup && struck(cgroup)
  await ended()
  return said?.length ? { ...how, struck: said } : how
}

function thaw(groups: NonNullable<Plan['box']['cgroup']>): void {
  for (const act of hybrid.freeze(groups, false)) {
    try {
      verbOf(act).run?.(act.args, { child: 0 })
    } catch {
      // It is gone, and its group too.
    }
  }
}

let sealed: number | undefined

/** The init, as a sealed copy in memory: a container that could write its process 1 would write the machine's file. */
function initProgram(): number {
  sealed ??= native().sealedCopy(nativeFile('init'), 'cooper-init')
  return sealed
}
