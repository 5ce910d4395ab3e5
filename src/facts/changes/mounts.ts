import type { Mount } from '../mounts.ts'
import { type NamespaceRef, namespaceKey } from '../namespaces.ts'
import { type Comparison, type Moment, same } from './comparison.ts'
import { count, list, printable } from './words.ts'

// More lines of one sort than this are counted, not told.
const enough = 6

/** Mounts that are new, changed or gone in namespaces that lived through it; and what a new one has that is its own. */
export function changedMounts(comparison: Comparison): string[] {
  const { after, fresh } = comparison
  // The same change in several namespaces is one that propagated.
  const lived = new Map<string, number[]>()
  const made: string[] = []
  for (const [key, one] of after.namespaces) {
    const { kind, inode } = one.ref
    if (kind !== 'mnt') continue
    if (fresh.includes(one)) {
      made.push(...newMounts(copiedTree(comparison, one.ref).own).map((text) => within(text, [inode])))
    } else {
      for (const text of changedTree(comparison, key)) lived.set(text, [...(lived.get(text) ?? []), inode])
    }
  }
  return [...made, ...[...lived].map(([text, inodes]) => within(text, inodes))]
}

function within(text: string, inodes: number[]): string {
  if (inodes.length > 3) return `${text}, in ${inodes.length} mount namespaces`
  return `${text}, in mount namespace${inodes.length > 1 ? 's' : ''} ${list(inodes)}`
}

/** How a new mount namespace compares with the one its founder came from: most are a copy, which is no news. */
export function copiedTree(comparison: Comparison, ref: NamespaceRef): { text: string; own: Mount[] } {
  const { before, after } = comparison
  const first = after.namespaces.get(namespaceKey(ref))?.members[0]
  const was = first && same(first, before)
  const model = was
    ? treeOf(was.namespaces.mnt, before)
    : treeOf(first && after.byPid.get(first.ppid)?.namespaces.mnt, after)
  const tree = after.mounts[namespaceKey(ref)] ?? []
  if (!model || tree.length === 0) return { text: count(tree.length, 'mount'), own: [] }

  const rest = model.map(likeness)
  const own = tree.filter((mount) => {
    const found = rest.indexOf(likeness(mount))
    if (found >= 0) rest.splice(found, 1)
    return found < 0
  })
  const copies = tree.length - own.length
  const text =
    copies * 2 >= model.length ? `a copy of the tree: ${count(copies, 'mount')}` : count(tree.length, 'mount')
  return { text, own }
}

function treeOf(ref: NamespaceRef | undefined, at: Moment): Mount[] | undefined {
  return ref && at.mounts[namespaceKey(ref)]
}

function changedTree({ before, after }: Comparison, key: string): string[] {
  const [was, now] = [before.mounts[key] ?? [], after.mounts[key] ?? []]
  const old = new Map(was.map((mount) => [mount.id, mount]))
  const kept = now.flatMap((mount): [Mount, Mount][] => {
    const model = old.get(mount.id)
    return model && model.device === mount.device && model.root === mount.root ? [[model, mount]] : []
  })
  const stayed = new Set(kept.map(([, mount]) => mount.id))
  return [
    ...newMounts(now.filter((mount) => !stayed.has(mount.id))),
    ...some(
      kept.filter(([a, b]) => a.at !== b.at),
      ([a, b]) => `the mount on ${printable(a.at)} is now on ${printable(b.at)}`,
      (n) => `${count(n, 'mount')} moved${rootOf(was) === rootOf(now) ? '' : ': the tree has a new root'}`,
    ),
    ...['rw', 'ro'].flatMap((option) =>
      some(
        kept.filter(([a, b]) => b.options.includes(option) && !a.options.includes(option)),
        ([, b]) => `the mount on ${printable(b.at)} is now ${option === 'ro' ? 'read-only' : 'writable'}`,
        (n) => `${count(n, 'mount')} became ${option === 'ro' ? 'read-only' : 'writable'}`,
      ),
    ),
    ...['private', 'shared', 'a slave', 'a slave and shared', 'unbindable'].flatMap((kind) =>
      some(
        kept.filter(([a, b]) => propagationOf(b) === kind && propagationOf(a) !== kind),
        ([a, b]) => `the mount on ${printable(b.at)} is now ${kind}; it was ${propagationOf(a)}`,
        (n) => `${count(n, 'mount')} became ${kind.replace('a slave', 'slaves')}`,
      ),
    ),
    ...some(
      was.filter((mount) => !stayed.has(mount.id)),
      (mount) => `gone: the mount of ${nameOf(mount)}`,
      (n) => `gone: ${count(n, 'mount')}`,
    ),
  ]
}

function newMounts(all: Mount[]): string[] {
  return some(
    all,
    (mount) => `new mount: ${nameOf(mount)}`,
    (n) => `${count(n, 'new mount')}: ${all.slice(0, enough).map(nameOf).join(', ')} and ${n - enough} more`,
  )
}

/** Each by itself when they are few; else, how many. */
function some<T>(all: T[], each: (one: T) => string, many: (number: number) => string): string[] {
  return all.length > enough ? [many(all.length)] : all.map(each)
}

/** `proc on /proc`, `/srv/data on /mnt (a bind mount)`, `net:[4026532301] on /run/netns/blue (…)` */
function nameOf({ type, root, at }: Mount): string {
  const place = printable(at)
  if (type === 'nsfs') return `${root} on ${place} (it keeps that namespace alive)`
  if (root !== '/' && !type.startsWith('cgroup')) return `${printable(root)} on ${place} (a bind mount)`
  return `${type} on ${place}`
}

function likeness({ at, device, root, type }: Mount): string {
  return [at, device, root, type].join('\n')
}

function rootOf(tree: Mount[]): number | undefined {
  return tree.find((mount) => mount.at === '/')?.id
}

function propagationOf({ propagation: { shared, master, unbindable } }: Mount): string {
  if (unbindable) return 'unbindable'
  if (master !== undefined) return shared === undefined ? 'a slave' : 'a slave and shared'
  return shared === undefined ? 'private' : 'shared'
}
