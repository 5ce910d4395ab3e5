import { groupView } from './cgroup/view.ts'
import { hybrid } from './cgroup/hybrid.ts'
import type { BoxGroups } from './cgroup/version.ts'
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
  calls: (box) => {
    const { cgroup } = box
    const view = call('become', 'unshare', { namespaces: ['cgroup'] }, 'from now on the group it is in is the top')
    if (!cgroup) return [view]
    return [
      ...(cgroup.aside ? stepAside(cgroup.aside) : []),
      ...hybrid.make(cgroup),
      ...hybrid.limit(cgroup),
      ...hybrid.add(cgroup),
      ...(cgroup.open ? openTo(cgroup, view) : [view]),
      ...(box.namespaces.includes('mnt') ? groupView(box, cgroup) : []),
    ]
  },
}
// #endregion piece
