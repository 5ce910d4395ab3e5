import type { Seen } from '../snapshot.ts'
import { type Comparison, heldBy, type Peopled, same } from './comparison.ts'
import { copiedTree } from './mounts.ts'
import { who } from './words.ts'

/** Namespaces that are new, then those that are gone: one sentence for all that belong to the same process. */
export function changedNamespaces(comparison: Comparison): string[] {
  const { before, after, fresh, left } = comparison
  const born = byFounder(fresh).map(([first, refs]) => {
    const moved = same(first, before) !== undefined
    const named = refs.map(({ ref }) => {
      const tree = ref.kind === 'mnt' ? copiedTree(comparison, ref) : undefined
      return `${ref.kind} ${ref.inode}${tree ? ` (${tree.text})` : ''}`
    })
    if (refs.length > 1) {
      return moved
        ? `new namespaces made by ${who(first)}, which moved into them: ${named.join(', ')}`
        : `new namespaces for ${who(first)}: ${named.join(', ')}`
    }
    const one = `new ${named[0]?.replace(' ', ' namespace ')}`
    return moved ? `${one}, made by ${who(first)}, which moved into it` : `${one}, made for ${who(first)}`
  })

  const held = left.flatMap(({ ref }) => {
    const at = heldBy(after, ref)
    return at
      ? [`${ref.kind} namespace ${ref.inode} has no process left; the mount on ${at} keeps it alive`]
      : []
  })
  const gone = byFounder(left.filter(({ ref }) => !heldBy(after, ref))).map(([first, refs]) => {
    const named = refs.map(({ ref }) => `${ref.kind} ${ref.inode}`)
    return refs.length > 1
      ? `gone: the namespaces of ${who(first)}: ${named.join(', ')}`
      : `gone: ${named[0]?.replace(' ', ' namespace ')}, that of ${who(first)}`
  })
  return [...born, ...held, ...gone]
}

function byFounder(all: Peopled[]): [Seen, Peopled[]][] {
  const groups = new Map<Seen, Peopled[]>()
  for (const one of all) {
    const first = one.members[0]
    if (first) groups.set(first, [...(groups.get(first) ?? []), one])
  }
  return [...groups].sort(([a], [b]) => a.started - b.started || a.pid - b.pid)
}
