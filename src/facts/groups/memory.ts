import { holderOf, numberOf, tableOf } from './file.ts'
import type { Group } from './hierarchies.ts'

/** Memory of a group, in bytes. */
export interface MemoryFacts {
  /** The wall: absent where there is none. */
  limit?: number
  /** Of memory and swap together; absent where there is none, or swap is not counted. */
  swapLimit?: number
  /** With the page cache, as the kernel counts. */
  usage: number
  /** Without what could be dropped at once (inactive file pages): the figure that `docker stats` shows. */
  used: number
  /** The most it ever was; from kernel 5.19 on in version 2. */
  peak?: number
  swap?: number
  /** How often it ran into the wall, and how many processes were killed for it. */
  events: { max: number; oomKill: number }
}

/** Version 1 says "no limit" with the largest number of pages there is. */
const endless = 2 ** 62

// #region memory
export function memoryFacts(groups: readonly Group[]): MemoryFacts | undefined {
  const group = holderOf(groups, { v1: 'memory', v2: 'memory' })
  return group && (group.version === 1 ? first : second)(group)
}

function first(group: Group): MemoryFacts | undefined {
  const usage = numberOf(group, 'memory.usage_in_bytes')
  if (usage === undefined) return undefined
  const both = numberOf(group, 'memory.memsw.usage_in_bytes')
  return {
    limit: wall(numberOf(group, 'memory.limit_in_bytes')),
    swapLimit: wall(numberOf(group, 'memory.memsw.limit_in_bytes')),
    usage,
    used: Math.max(0, usage - (tableOf(group, 'memory.stat').total_inactive_file ?? 0)),
    peak: numberOf(group, 'memory.max_usage_in_bytes'),
    swap: both === undefined ? undefined : Math.max(0, both - usage),
    events: {
      max: numberOf(group, 'memory.failcnt') ?? 0,
      oomKill: tableOf(group, 'memory.oom_control').oom_kill ?? 0,
    },
  }
}

function second(group: Group): MemoryFacts | undefined {
  const usage = numberOf(group, 'memory.current')
  // The root group is the machine, which has no such file.
  if (usage === undefined) return undefined
  const limit = numberOf(group, 'memory.max')
  const swapLimit = numberOf(group, 'memory.swap.max')
  const events = tableOf(group, 'memory.events')
  return {
    limit,
    swapLimit: limit === undefined || swapLimit === undefined ? undefined : limit + swapLimit,
    usage,
    used: Math.max(0, usage - (tableOf(group, 'memory.stat').inactive_file ?? 0)),
    peak: numberOf(group, 'memory.peak'),
    swap: numberOf(group, 'memory.swap.current'),
    events: { max: events.max ?? 0, oomKill: events.oom_kill ?? 0 },
  }
}
// #endregion memory

const wall = (bytes: number | undefined) => (bytes === undefined || bytes >= endless ? undefined : bytes)
