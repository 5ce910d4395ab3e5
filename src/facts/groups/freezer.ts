import { fileOf, tableOf } from './file.ts'
import type { Group } from './hierarchies.ts'

// #region freezer
/** Whether the processes of a group stand still: what `docker pause` does. Undefined where nobody can say. */
export function frozen(groups: readonly Group[]): boolean | undefined {
  const first = groups.find(({ version, controllers }) => version === 1 && controllers.includes('freezer'))
  const state = first && fileOf(first, 'freezer.state')
  if (state !== undefined) return state !== 'THAWED'
  const second = groups.find(({ version }) => version === 2)
  const events = second && tableOf(second, 'cgroup.events').frozen
  return events === undefined ? undefined : events === 1
}
// #endregion freezer
