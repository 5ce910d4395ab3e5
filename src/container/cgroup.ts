import { hybrid } from './cgroup/hybrid.ts'
import type { BoxGroup, BoxGroups } from './cgroup/version.ts'
import { groupView } from './cgroup/view.ts'
import { type Call, call, type Piece } from './piece.ts'

// #region piece
/**
 * What it may use, and a view in which its own group is the top. Namespaces change what a process sees, control groups
 * what it may use. See cgroups(7) and cgroup_namespaces(7).
 */
export const cgroup: Piece = {
  name: 'cgroup',
  lesson: 'cgroups',
  summary: 'limits of memory, processors, processes and disks',
  namespace: 'cgroup',
  // A namespace that is made with the clone takes the group of its maker for the top.
  late: true,
  outside: (box) => box.cgroup !== undefined,
  calls: (box) => {
    const { cgroup } = box
    const view = call(
      'become',
      'unshare',
      { namespaces: ['cgroup'] },
      'from now on the group it is in is the top',
    )
    if (!cgroup) return [view]
    const leaf = hybrid.leaf(cgroup)
    return [
      ...(cgroup.aside ? stepAside(cgroup.aside) : []),
      ...hybrid.make(cgroup),
      ...hybrid.limit(cgroup),
      ...hybrid.add(cgroup, !box.namespaces.includes('user')),
      ...(leaf ? fromAbove(leaf, view, cgroup.owner) : [view]),
      ...(box.namespaces.includes('mnt') ? groupView(box, cgroup) : []),
    ]
  },
}

/** Without root: a group that was handed to us can be shared out only when we no longer live in it ourselves. */
function stepAside({ at, top, version }: BoxGroup): Call[] {
  return [
    call(
      'claim',
      'groupMake',
      { at, top, version, controllers: [], stays: true },
      'a place for ourselves: version 2 shares out only what nobody lives in',
    ),
    call('claim', 'groupJoin', { at, self: true }, 'and we are in it'),
  ]
}

/** Who is to make groups of its own sees the group from its top, and lives in a leaf of it. */
function fromAbove({ at, top }: BoxGroup, view: Call, owner: BoxGroups['owner']): Call[] {
  const step = (to: string, why: string) =>
    call('become', 'write', { at: `${to}/cgroup.procs`, text: '0' }, why)
  return [
    call(
      'claim',
      'groupMake',
      { at, top, version: 2, controllers: [], owner },
      'a leaf to live in: the group itself is to be shared out',
    ),
    step(top, 'one step up, so that this is the top …'),
    view,
    step(at, '… and back into the leaf'),
  ]
}
// #endregion piece
