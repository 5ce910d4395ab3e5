import { cgroups } from '../cgroups.ts'
import { type Mount, mounts } from '../mounts.ts'
import { readText } from '../read.ts'
import type { View } from '../view.ts'

/** A tree of control groups, where a process finds it mounted. Version 1 may have one for each controller. */
export interface Hierarchy {
  version: 1 | 2
  /** What can be limited in it: `memory`, `cpu` … Empty for one that only keeps processes together (`name=systemd`). */
  controllers: string[]
  /** Where it is mounted, as that process sees it. */
  at: string
  /** Which of its groups is seen there: `/` for all of them, else one that has its own below it. */
  root: string
}

/** The group of a process in one hierarchy, and the directory that it is. */
export interface Group extends Hierarchy {
  /** From the root of the reader's cgroup namespace. */
  path: string
  /** Where the kernel shows it, in our own tree of mounts. */
  directory: string
}

// The options of such a mount name its controllers, among others.
const known =
  /^(blkio|cpu|cpuacct|cpuset|devices|freezer|hugetlb|memory|misc|net_cls|net_prio|perf_event|pids|rdma|dmem)$/

/** The controllers of a mount of version 1, in the kernel's order. */
export function controllersOf({ superOptions }: Mount): string[] {
  return superOptions.filter((option) => known.test(option))
}

/** The hierarchies that a process can reach, each once: `man 7 cgroups`, "Mounting v1 controllers" and "Cgroups version 2". */
export function hierarchies(view: View, pid: number): Hierarchy[] {
  const found: Hierarchy[] = []
  for (const mount of mounts(view, pid)) {
    const { type, at, root } = mount
    if (type === 'cgroup2') {
      const text = readText(`${view.proc}/${pid}/root${at}/cgroup.controllers`) ?? ''
      found.push({ version: 2, controllers: text.split(/\s+/).filter(Boolean), at, root })
    } else if (type === 'cgroup') found.push({ version: 1, controllers: controllersOf(mount), at, root })
  }
  const key = ({ version, controllers }: Hierarchy) => `${version}:${controllers.join()}`
  // A bind of a part of it is another look at the same tree: the one that shows most is the one to use.
  return found.filter((one) => {
    const same = found.filter((other) => key(other) === key(one))
    return one === (same.find(({ root }) => root === '/') ?? same[0])
  })
}

/**
 * The groups of a process, each with its directory, which is where limits and usage are read. Left out: hierarchies
 * that are not mounted where we are, and groups that lie outside of what is mounted.
 */
export function groupsOf(
  view: View,
  pid: number,
  mounted = hierarchies({ proc: '/proc' }, process.pid),
): Group[] {
  return cgroups(view, pid).flatMap(({ version, controllers, path }): Group[] => {
    const hierarchy = mounted.find(
      (one) =>
        one.version === version &&
        (version === 2 || (controllers.length > 0 && one.controllers.includes(controllers[0]!))),
    )
    const directory = hierarchy && directoryIn(hierarchy, path)
    return directory === undefined ? [] : [{ ...hierarchy!, path, directory }]
  })
}

/** Where a group lies below a mount of its hierarchy; undefined when it lies outside of it, or was removed. */
export function directoryIn({ at, root }: Hierarchy, path: string): string | undefined {
  if (path.startsWith('/..') || path.endsWith(' (deleted)')) return undefined
  const base = root === '/' ? '' : root
  if (path !== base && !path.startsWith(`${base}/`)) return undefined
  return `${at}${path.slice(base.length)}`.replace(/\/$/, '')
}
