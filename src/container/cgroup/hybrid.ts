import { factsIn, type Group, type GroupFacts } from '../../facts/index.ts'
import { v1 } from './v1.ts'
import { v2 } from './v2.ts'
import type { BoxGroup, BoxGroups, Version } from './version.ts'

const versions: Record<BoxGroup['version'], Version> = { 1: v1, 2: v2 }

// #region version
/**
 * A machine may have some controllers in version 1 and others in version 2. Each lies in one hierarchy only, so each
 * group is treated in the way of its own; a machine with only one of the two is the plain case of this.
 */
export const hybrid = {
  make: ({ groups, owner }: BoxGroups) => groups.flatMap((one) => versions[one.version].make(one, owner)),
  limit({ groups, limits }: BoxGroups) {
    // Where version 1 has a list of devices, version 2 needs no program for it.
    const listed = groups.some(({ controllers }) => controllers.includes('devices'))
    const rest = { ...limits, devices: listed ? undefined : limits.devices }
    return groups.flatMap((one) => versions[one.version].limit(one, one.version === 1 ? limits : rest))
  },
  add: ({ groups }: BoxGroups, byItself: boolean) =>
    groups.flatMap((one) => versions[one.version].add(one, byItself)),
  freeze: ({ groups }: BoxGroups, stop: boolean) =>
    groups.flatMap((one) => versions[one.version].freeze(one, stop)),
  remove: ({ groups }: BoxGroups) => groups.toReversed().flatMap((one) => versions[one.version].remove(one)),
  read: (all: BoxGroups): GroupFacts => factsIn(hybrid.places(all)),
  /** Its groups as facts know them. */
  places: ({ groups }: BoxGroups): Group[] =>
    groups.map(({ version, controllers, mount, at }) => ({
      version,
      controllers,
      at: mount,
      root: '/',
      path: at.slice(mount.length),
      directory: at,
    })),
  /** Where whoever may make groups of its own lives, which in version 2 must be a leaf. */
  leaf({ groups, open }: BoxGroups): BoxGroup | undefined {
    const second = open ? groups.find(({ version }) => version === 2) : undefined
    return second && { ...second, top: second.at, at: `${second.at}/host`, controllers: [] }
  },
  /** The groups that a process of it is in, for one that comes later. */
  members: (all: BoxGroups): string[] =>
    all.groups.map((one) => (one.version === 2 ? (hybrid.leaf(all) ?? one) : one).at),
  /** The group of version 2 to be born in, if there is one. */
  born: (all: BoxGroups): string | undefined =>
    (hybrid.leaf(all) ?? all.groups.find(({ version }) => version === 2))?.at,
}
// #endregion version
