import { holderOf, numberOf, tableOf } from './file.ts'
import type { Group } from './hierarchies.ts'

/** Processes and threads of a group: the kernel counts both alike. */
export interface PidsFacts {
  current: number
  /** Absent where there is none. */
  limit?: number
  /** How many forks were refused. */
  refused: number
}

// #region pids
/** The same files in both versions. The root group, which cannot be limited, has none of them. */
export function pidsFacts(groups: readonly Group[]): PidsFacts | undefined {
  const group = holderOf(groups, { v1: 'pids', v2: 'pids' })
  const current = group && numberOf(group, 'pids.current')
  if (group === undefined || current === undefined) return undefined
  return {
    current,
    limit: numberOf(group, 'pids.max'),
    refused: tableOf(group, 'pids.events').max ?? 0,
  }
}
// #endregion pids
