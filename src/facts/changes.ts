import { compare } from './changes/comparison.ts'
import { changedMounts } from './changes/mounts.ts'
import { changedNamespaces } from './changes/namespaces.ts'
import { changedNetworks } from './changes/networks.ts'
import { changedProcesses } from './changes/processes.ts'
import type { Snapshot } from './snapshot.ts'

/** One thing that is different now, in a sentence without a full stop. */
export interface Change {
  kind: 'process' | 'namespace' | 'mount' | 'network'
  text: string
}

/**
 * What happened between two snapshots of the same view, in words and always in the same order: namespaces, processes,
 * mounts, networks. What came and went in between is not seen.
 *
 * ```
 * new namespaces for unshare (12): user 4026532299, mnt 4026532300 (a copy of the tree: 40 mounts)
 * new pid namespace 4026532301, made for bash (13)
 * new process 13 (bash), which is 1 in its own pid namespace
 * new mount: proc on /proc, in mount namespace 4026532300
 * new cable: veth0 in net namespace 4026531840 and eth0 in 4026532299
 * ```
 */
export function changes(before: Snapshot, after: Snapshot): Change[] {
  const comparison = compare(before, after)
  return [
    ...changedNamespaces(comparison).map((text): Change => ({ kind: 'namespace', text })),
    ...changedProcesses(comparison).map((text): Change => ({ kind: 'process', text })),
    ...changedMounts(comparison).map((text): Change => ({ kind: 'mount', text })),
    ...changedNetworks(comparison).map((text): Change => ({ kind: 'network', text })),
  ]
}
