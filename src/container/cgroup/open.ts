import type { BoxGroups } from './version.ts'

/**
 * The groups of a workbench: handed to whoever is root in it, who may make groups of their own below, with limits that
 * hold. No list of devices: that is for the machine's root alone.
 */
export function openGroups({ groups, aside }: BoxGroups, owner: BoxGroups['owner']): BoxGroups | undefined {
  const mine = groups.filter(({ controllers }) => !controllers.includes('devices'))
  return mine.length > 0 ? { groups: mine, limits: {}, aside, owner, open: true } : undefined
}
