import type { Mount } from '../mounts.ts'
import {
  groupByNamespace,
  type NamespaceRef,
  type NamespaceType,
  namespaceKey,
  namespaceTypes,
  sameNamespace,
} from '../namespaces.ts'
import type { Network } from '../net/networks.ts'
import type { Seen, Snapshot } from '../snapshot.ts'

/** A namespace with the processes in it, the oldest first. */
export interface Peopled {
  ref: NamespaceRef
  members: Seen[]
}

/** Two snapshots, and what all readers of them need to know. */
export interface Comparison {
  before: Moment
  after: Moment
  /** Namespaces of `after` that are new. */
  fresh: Peopled[]
  /** Namespaces of `before` without a process now: gone, or held by a mount. */
  left: Peopled[]
}

/** One snapshot, indexed. */
export interface Moment {
  processes: Seen[]
  byPid: Map<number, Seen>
  namespaces: Map<string, Peopled>
  mounts: Record<string, Mount[]>
  networks: Record<string, Network>
}

export function compare(earlier: Snapshot, later: Snapshot): Comparison {
  const [before, after] = [moment(earlier), moment(later)]
  return {
    before,
    after,
    fresh: [...after.namespaces.values()].filter((one) => !lived(one, before) && !heldBy(before, one.ref)),
    left: [...before.namespaces.values()].filter((one) => !lived(one, after)),
  }
}

/** The same process at another moment: the same number alone may be another one's by now. */
export function same(one: Seen, at: Moment): Seen | undefined {
  const found = at.byPid.get(one.pid)
  return found?.started === one.started ? found : undefined
}

/** Where a namespace is bind-mounted, as `ip netns` does: that keeps it alive without any process. */
export function heldBy(at: Moment, ref: NamespaceRef): string | undefined {
  return Object.values(at.mounts)
    .flat()
    .find((mount) => mount.type === 'nsfs' && mount.root === `${ref.kind}:[${ref.inode}]`)?.at
}

/** The kinds in which two processes are known to be in different namespaces. */
export function differing(one: Seen, other: Seen): NamespaceType[] {
  return namespaceTypes.filter((kind) => {
    const [a, b] = [one.namespaces[kind], other.namespaces[kind]]
    return a && b && !sameNamespace(a, b)
  })
}

/** The oldest process in a namespace: the one it was made for, as far as one can tell. */
export function founder(at: Moment, ref: NamespaceRef | undefined): Seen | undefined {
  return ref && at.namespaces.get(namespaceKey(ref))?.members[0]
}

// The kernel gives the number of a dead namespace to the next one made, of whatever kind. So equal numbers prove nothing
// across time, unless a process (or a mount) was there at both moments.
function lived({ ref, members }: Peopled, at: Moment): boolean {
  const there = at.namespaces.get(namespaceKey(ref))
  if (heldBy(at, ref)) return there !== undefined
  return (
    there?.members.some((one) =>
      members.some((each) => each.pid === one.pid && each.started === one.started),
    ) ?? false
  )
}

function moment({ processes, mounts, networks }: Snapshot): Moment {
  const byPid = new Map(processes.map((one) => [one.pid, one]))
  const namespaces = new Map(
    groupByNamespace(processes).map(({ ref, pids }) => [
      namespaceKey(ref),
      {
        ref,
        members: pids.map((pid) => byPid.get(pid)!).sort((a, b) => a.started - b.started || a.pid - b.pid),
      },
    ]),
  )
  return { processes, byPid, namespaces, mounts, networks }
}
