import { memoryFacts, pidsFacts } from '../../facts/index.ts'
import { sayBytes } from './amount.ts'
import { hybrid } from './hybrid.ts'
import type { BoxGroups } from './version.ts'

// #region struck
/**
 * Which limits a container ran into, as sentences: read at its end, before its groups are gone. Only what would
 * otherwise be a riddle: a status of 137 says that something was killed, and not by whom.
 */
export function struck(cgroup: BoxGroups): string[] {
  const groups = hybrid.places(cgroup)
  const [memory, pids] = [memoryFacts(groups), pidsFacts(groups)]
  const said: string[] = []
  if (memory && memory.events.oomKill > 0) {
    const { limit, peak, events } = memory
    const killed = events.oomKill === 1 ? 'a process' : `${events.oomKill} processes`
    const wall =
      limit === undefined
        ? 'the memory limit of a group above'
        : `the memory limit of ${sayBytes(limit)} (--memory)`
    said.push(
      `${wall} killed ${killed}${peak === undefined ? '' : `; at most ${sayBytes(peak)} were in use`}`,
    )
  }
  if (pids && pids.refused > 0)
    said.push(
      `the limit of ${pids.limit ?? 'a group above'} processes (--pids-limit) refused ${pids.refused === 1 ? 'a fork' : `${pids.refused} forks`}`,
    )
  return said
}
// #endregion struck
