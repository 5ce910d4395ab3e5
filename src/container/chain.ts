import { native, verbOf } from '../kernel/index.ts'
import { callsOf, type Plan, type PlannedCall } from './compose.ts'
import { call } from './piece.ts'
import { refused } from './refusal.ts'
import { stages } from './stages.ts'

/** What one spawn needs, made from a plan and the plans it is made within. */
export interface Chain {
  clone: Plan['clone']
  readonly calls: PlannedCall[]
  /** How many of the calls, from the first on, are made beside the first process while it waits. */
  readonly beside: number
  /** What only the machine can do while the first process waits: programs to run. */
  admit: PlannedCall[]
  amongOthers: boolean
  /** Opened for this launch, to be closed after it. */
  pidfd?: number
}

/** Flattens a plan, and what it is made within, into the one list of calls that a child makes. */
export function chainOf(plan: Plan): Chain {
  const { within } = plan
  const admit = plan.calls.filter(({ at }) => at === 'admit')
  const own = callsOf(plan, 'child')
  if (!within) {
    // Whoever made the child can write its maps at once; from the first call on that is not for the addon, we do.
    const later = admit.findIndex((made) => !verbOf(made).encode)
    const beside = later === -1 ? admit : admit.slice(0, later)
    return {
      clone: plan.clone,
      calls: [...beside, ...own],
      beside: beside.length,
      admit: admit.slice(beside.length),
      amongOthers: false,
    }
  }

  // Whoever makes the inner process stands beside it, in the namespace its maps refer to.
  const encoded = admit.filter((made) => verbOf(made).encode)
  // What only the machine can do is done for the first process, and all that comes of it inherits: control groups.
  const first = admit.filter((made) => !verbOf(made).encode)
  const again = (calls: PlannedCall[]) => [
    call(
      'born',
      'clone',
      { namespaces: plan.clone, beside: encoded.length },
      'go on in a process of these namespaces',
    ),
    ...encoded,
    ...calls,
  ]
  if ('plan' in within) {
    const outer = chainOf(within.plan)
    return { ...outer, calls: [...outer.calls, ...again(own)], admit: [...outer.admit, ...first] }
  }
  const { pid, namespaces } = within.join
  const enter = (fd: number) =>
    call('born', 'setns', { fd, pid, namespaces }, 'enter what is there before making what is new')
  let fd: number
  try {
    fd = native().pidfdOpen(pid)
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException
    throw refused(enter(-1), errno, { pid: 'self', root: '/', cause })
  }
  const join = enter(fd)
  // A PID namespace is entered by a child; only from there can it make another one.
  const deeper = namespaces.includes('pid') && plan.clone.includes('pid')
  const inside = call(
    'born',
    'clone',
    { namespaces: [], beside: 0 },
    'be born in the PID namespace that was joined',
  )
  const calls = [join, ...(deeper ? [inside] : []), ...again(own)]
  return { clone: [], calls, beside: 0, admit: first, amongOthers: true, pidfd: fd }
}

/** The descriptors that calls name, which the child must not close. */
export function descriptorsIn(calls: PlannedCall[]): number[] {
  const found: number[] = []
  for (const { do: verb, args } of calls) {
    if (verb === 'setns') found.push(args.fd)
    else if (verb === 'chdir' && typeof args.to === 'object' && 'fd' in args.to) found.push(args.to.fd)
  }
  return found
}

/** The first clone, which is no call of a plan, as one. */
export function cloneOf({ clone }: Chain): PlannedCall {
  return call('born', 'clone', { namespaces: clone, beside: 0 }, stages.born.why)
}
