import { capabilityNames } from './capabilities.ts'
import { readText } from './read.ts'
import { type Ids, numbers, statusField, statusIds } from './status.ts'
import type { View } from './view.ts'

/** One line of `/proc/PID/uid_map`: `count` ids from `inside` on are those from `outside` on. */
export interface IdRange {
  inside: number
  /** As the *reader's* user namespace numbers them (its parent's, when the reader is in the same one). */
  outside: number
  count: number
}

/** The five sets of capabilities of a process, by name (`man 7 capabilities`). */
export interface CapabilitySets {
  inheritable: string[]
  permitted: string[]
  effective: string[]
  bounding: string[]
  ambient: string[]
}

/** Who a process is, and what it may do. */
export interface IdFacts {
  /** In the numbers of the reader's user namespace; 65534 for one it has no number for. */
  uid: Ids
  gid: Ids
  /** Supplementary groups. */
  groups: number[]
  /** Empty when the map is not written yet (`man 7 user_namespaces`). */
  uidMap: IdRange[]
  gidMap: IdRange[]
  /** Whether setgroups(2) is permitted in its user namespace; undefined when that may not be read. */
  setgroups: 'allow' | 'deny' | undefined
  capabilities: CapabilitySets
  seccomp: 'disabled' | 'strict' | 'filter'
  /** execve(2) gives no new privileges, as set by prctl(PR_SET_NO_NEW_PRIVS). */
  noNewPrivs: boolean
}

/** Ids, maps and capabilities of a process; undefined when it is gone. */
export function ids(view: View, pid: number): IdFacts | undefined {
  const dir = `${view.proc}/${pid}`
  const status = readText(`${dir}/status`)
  if (!status) return undefined
  const setgroups = readText(`${dir}/setgroups`)?.trim()
  return {
    ...parseStatus(status),
    uidMap: parseIdMap(readText(`${dir}/uid_map`) ?? ''),
    gidMap: parseIdMap(readText(`${dir}/gid_map`) ?? ''),
    setgroups: setgroups === 'allow' || setgroups === 'deny' ? setgroups : undefined,
  }
}

export function parseIdMap(text: string): IdRange[] {
  return text
    .split('\n')
    .map((line) => numbers(line) ?? [])
    .flatMap(([inside, outside, count]) =>
      inside === undefined || outside === undefined || count === undefined
        ? []
        : [{ inside, outside, count }],
    )
}

function parseStatus(status: string): Omit<IdFacts, 'uidMap' | 'gidMap' | 'setgroups'> {
  const set = (name: string): string[] => capabilityNames(statusField(status, name) ?? '')
  return {
    uid: statusIds(status, 'Uid'),
    gid: statusIds(status, 'Gid'),
    groups: numbers(statusField(status, 'Groups')) ?? [],
    capabilities: {
      inheritable: set('CapInh'),
      permitted: set('CapPrm'),
      effective: set('CapEff'),
      bounding: set('CapBnd'),
      ambient: set('CapAmb'),
    },
    seccomp:
      (['disabled', 'strict', 'filter'] as const)[Number(statusField(status, 'Seccomp') ?? 0)] ?? 'disabled',
    noNewPrivs: statusField(status, 'NoNewPrivs') === '1',
  }
}
