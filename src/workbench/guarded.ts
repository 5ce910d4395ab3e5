import { type BoxGroups, hybrid, type Piece, usualDevices } from '../container/index.ts'

/** The one device that is missing: urandom, which everybody has seen work. */
const missing = { major: 1, minor: 9 }

/**
 * A group in which one device may not be opened, for the terminal `guarded`. To say so is for the machine's root alone,
 * so nobody in the workbench can make one. Undefined where there is no place for it.
 *
 * @param cgroup where a container's groups would be made
 */
export function guardedGroup(cgroup: BoxGroups | undefined): BoxGroups | undefined {
  const all = cgroup?.groups ?? []
  const lists = all.filter(({ version, controllers }) => version === 1 && controllers.includes('devices'))
  // Version 2 asks a program, of any group: one beside those in which the others live.
  const beside = all
    .filter(({ version }) => version === 2 && all.every((one) => one.version === 2))
    .map((one) => ({ ...one, top: one.at, at: `${one.at}/guarded`, controllers: [] }))
  const groups = [...lists, ...beside]
  const devices = usualDevices.filter(
    ({ major, minor }) => major !== missing.major || minor !== missing.minor,
  )
  return groups.length > 0 ? { groups, limits: { devices } } : undefined
}

/** Makes it, from outside, when the groups around it are there. */
export const guarding = (group: BoxGroups): Piece => ({
  name: 'guarded',
  lesson: 'cgroups',
  summary: 'a group in which one device may not be opened',
  calls: () => [...hybrid.make(group), ...hybrid.limit(group)],
})
