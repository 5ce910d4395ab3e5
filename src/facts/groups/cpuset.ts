import { fileOf, holderOf } from './file.ts'
import type { Group } from './hierarchies.ts'

/** On which processors, and with which nodes of memory, the processes of a group may run: lists as `0-3,8`. */
export interface CpusetFacts {
  cpus: string
  nodes: string
}

// #region cpuset
/** An empty list of version 2 means "as above"; what comes of it stands in `effective`, in both versions. */
export function cpusetFacts(groups: readonly Group[]): CpusetFacts | undefined {
  const group = holderOf(groups, { v1: 'cpuset', v2: 'cpuset' })
  if (!group) return undefined
  const of = (first: string, second: string) => fileOf(group, group.version === 1 ? first : second)
  const cpus = of('cpuset.effective_cpus', 'cpuset.cpus.effective')
  const nodes = of('cpuset.effective_mems', 'cpuset.mems.effective')
  return cpus === undefined || nodes === undefined ? undefined : { cpus, nodes }
}
// #endregion cpuset

/** The numbers in `0-3,8`: List Format of cpuset(7). Undefined for what is none. */
export function listed(list: string): number[] | undefined {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(list)) return undefined
  return list.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, nth) => from + nth)
  })
}
