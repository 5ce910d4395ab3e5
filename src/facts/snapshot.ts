import { type Mount, mounts } from './mounts.ts'
import { groupByNamespace, type Namespaces, namespaceKey, namespacesOfAll } from './namespaces.ts'
import { type Network, networks } from './net/networks.ts'
import { type Process, processes } from './processes.ts'
import { readLink } from './read.ts'
import type { View } from './view.ts'

/** A process with its surroundings. */
export interface Seen extends Process {
  namespaces: Namespaces
  /** Where its `/` lies, by the machine's paths; undefined when that may not be read. */
  root?: string
}

/**
 * What the kernel says at one moment, to be compared with another (`changes`). Plain data. The host name is not in it:
 * `/proc/sys/kernel/hostname` tells the *reader's*, whatever the view.
 */
export interface Snapshot {
  processes: Seen[]
  /** The mounts of each mount namespace that may be read, by `namespaceKey`. */
  mounts: Record<string, Mount[]>
  /** What is in each network namespace that may be entered, by `namespaceKey`. */
  networks: Record<string, Network>
}

/**
 * Reads everything a view shows: some milliseconds for a hundred processes. Threads of the kernel are left out.
 *
 * @param earlier of the same view: a network namespace in which nothing left a trace since is not asked again
 */
export async function snapshot(view: View, earlier?: Snapshot): Promise<Snapshot> {
  const list = processes(view).filter((one) => !one.kernel)
  const spaces = namespacesOfAll(
    view,
    list.map((one) => one.pid),
  )
  const seen = list.map((one, index) => ({
    ...one,
    namespaces: spaces[index]?.namespaces ?? {},
    root: readLink(`${view.proc}/${one.pid}/root`),
  }))
  const mounts = Object.fromEntries(trees(view, seen))
  return { processes: seen, mounts, networks: await networks(view, seen, mounts, earlier?.networks) }
}

// A process sees only the mounts below its root, so one that has called chroot tells less than its neighbours: of all
// roots in a namespace, the one that sees the most is nearest to the top.
function* trees(view: View, seen: Seen[]): Generator<[string, Mount[]]> {
  const byPid = new Map(seen.map((one) => [one.pid, one]))
  for (const { ref, pids } of groupByNamespace(seen)) {
    if (ref.kind !== 'mnt') continue
    const readers = new Map(pids.map((pid) => [byPid.get(pid)?.root, pid]))
    const told = [...readers.values()].map((pid) => mounts(view, pid))
    yield [namespaceKey(ref), told.reduce((most, list) => (list.length > most.length ? list : most), [])]
  }
}
