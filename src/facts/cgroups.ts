import { readText } from './read.ts'
import type { View } from './view.ts'

/** The group of a process in one hierarchy: one line of `/proc/PID/cgroup` (`man 7 cgroups`). */
export interface CgroupPlace {
  /** Version 2 has one hierarchy; version 1 may have one for each controller. */
  version: 1 | 2
  /** Of version 1: `memory`, or several that are mounted together. Empty for version 2, which says them elsewhere. */
  controllers: string[]
  /** A hierarchy of version 1 without controllers has a name: `systemd`. */
  name?: string
  /** From the root of the *reader's* cgroup namespace; begins with `/..` when it lies outside of that. */
  path: string
}

/** The groups of a process, in the kernel's order; empty when it is gone. A removed group's path ends in ` (deleted)`. */
export function cgroups(view: View, pid: number): CgroupPlace[] {
  return parseCgroups(readText(`${view.proc}/${pid}/cgroup`) ?? '')
}

export function parseCgroups(text: string): CgroupPlace[] {
  return text.split('\n').flatMap((line): CgroupPlace[] => {
    // A path may hold colons, so only the first two separate.
    const [, id, names, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
    if (id === undefined || names === undefined || path === undefined) return []
    if (id === '0' && names === '') return [{ version: 2, controllers: [], path }]
    const all = names.split(',')
    const name = all.find((one) => one.startsWith('name='))?.slice('name='.length)
    const controllers = all.filter((one) => !one.startsWith('name='))
    return [{ version: 1, controllers, ...(name !== undefined && { name }), path }]
  })
}
