import { readLink, readPids, readStat } from './read.ts'
import type { View } from './view.ts'

/** The eight kinds of namespace of a Linux kernel, in the order they are told (`man 7 namespaces`). */
export const namespaceTypes = ['user', 'mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup', 'time'] as const

export type NamespaceType = (typeof namespaceTypes)[number]

/** A name under `/proc/PID/ns`; `pid_for_children` is a PID namespace too: that of the children to come. */
export type NamespaceKind = NamespaceType | 'pid_for_children'

/** One namespace. While it lives, no other has the same device and inode; afterwards the numbers are used again. */
export interface NamespaceRef {
  /** What it is: for the link `pid_for_children` that is `pid`. */
  kind: NamespaceType
  device: number
  inode: number
}

export type Namespaces = Partial<Record<NamespaceKind, NamespaceRef>>

const kinds: readonly NamespaceKind[] = [...namespaceTypes, 'pid_for_children']

/**
 * The namespaces of a process: device and inode by stat(2) of `/proc/PID/ns/KIND`. Left out: what may not be read, and
 * what is not there: the namespace of children before the first child, most of a zombie's. A process that is gone
 * gives `{}`.
 */
export function namespaces(view: View, pid: number): Namespaces {
  return namespacesOf(view, pid, new Map())
}

/** The namespaces of several processes, in their order. */
export function namespacesOfAll(view: View, pids: number[]): { pid: number; namespaces: Namespaces }[] {
  const known = new Map<string, NamespaceRef>()
  return pids.map((pid) => ({ pid, namespaces: namespacesOf(view, pid, known) }))
}

// A link's text, `uts:[4026531838]`, costs half of a stat. It lacks the device, so a text is looked up once a reading;
// never longer, for the inode is given to another namespace when this one dies.
function namespacesOf(view: View, pid: number, known: Map<string, NamespaceRef>): Namespaces {
  const found: Namespaces = {}
  for (const kind of kinds) {
    // One permission guards them all: who may not read the first two may read none.
    if (kind === 'pid' && !found.user && !found.mnt) break
    const path = `${view.proc}/${pid}/ns/${kind}`
    const text = readLink(path)
    const ref = text === undefined ? undefined : (known.get(text) ?? refOf(kind, path))
    if (!text || !ref) continue
    known.set(text, ref)
    found[kind] = ref
  }
  return found
}

function refOf(kind: NamespaceKind, path: string): NamespaceRef | undefined {
  const stat = readStat(path)
  return stat && { kind: kind === 'pid_for_children' ? 'pid' : kind, device: stat.dev, inode: stat.ino }
}

/** Whether two references mean the same namespace; two unknowns never do. */
export function sameNamespace(a: NamespaceRef | undefined, b: NamespaceRef | undefined): boolean {
  return a !== undefined && b !== undefined && a.device === b.device && a.inode === b.inode
}

/** A string that is the same for the same namespace only, while it lives: `mnt 4:4026532300`. */
export function namespaceKey(ref: NamespaceRef): string {
  return `${ref.kind} ${ref.device}:${ref.inode}`
}

/** For each namespace of a process: the numbers of the other processes in it. */
export function sharedWith(view: View, pid: number): Partial<Record<NamespaceType, number[]>> {
  const own = namespaces(view, pid)
  const others = namespacesOfAll(
    view,
    readPids(view).filter((other) => other !== pid),
  )
  const shared: Partial<Record<NamespaceType, number[]>> = {}
  for (const kind of namespaceTypes) {
    if (!own[kind]) continue
    shared[kind] = others
      .filter((other) => sameNamespace(own[kind], other.namespaces[kind]))
      .map((other) => other.pid)
  }
  return shared
}

/** All namespaces that hold a process the view shows, by kind and then by inode, with the numbers of those processes. */
export function allNamespaces(view: View): { ref: NamespaceRef; pids: number[] }[] {
  return groupByNamespace(namespacesOfAll(view, readPids(view)))
}

/** As `allNamespaces`, from what was already read. */
export function groupByNamespace(
  members: { pid: number; namespaces: Namespaces }[],
): { ref: NamespaceRef; pids: number[] }[] {
  const all = new Map<string, { ref: NamespaceRef; pids: number[] }>()
  for (const member of members) {
    for (const kind of namespaceTypes) {
      const ref = member.namespaces[kind]
      if (!ref) continue
      const known = all.get(namespaceKey(ref))
      if (known) known.pids.push(member.pid)
      else all.set(namespaceKey(ref), { ref, pids: [member.pid] })
    }
  }
  return [...all.values()].sort(
    (a, b) =>
      namespaceTypes.indexOf(a.ref.kind) - namespaceTypes.indexOf(b.ref.kind) || a.ref.inode - b.ref.inode,
  )
}
