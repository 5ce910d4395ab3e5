import { accessSync, constants } from 'node:fs'
import { groupsOf, type Hierarchy, hierarchies, machine } from '../../facts/index.ts'
import { controllers } from './controllers.ts'
import type { BoxGroup } from './version.ts'

/** The controllers of each version that containers use. */
const used: Record<1 | 2, string[]> = {
  1: controllers.flatMap(({ v1 }) => v1),
  2: controllers.flatMap(({ v2 }) => v2 ?? []),
}

/** Where a container's groups can be made. */
export interface Places {
  groups: BoxGroup[]
  /** See {@link BoxGroups.aside}. */
  aside?: BoxGroup
  /** Why there are none, or why not all. */
  lacks: { version: 1 | 2; controllers: string[]; because: string }[]
}

/**
 * The groups that a container of this name gets, one in each hierarchy that limits something: below `cooper` at the top
 * of it, for who may write there; else below our own group, where somebody handed that to us.
 */
export function placesFor(id: string): Places {
  const all = hierarchies(machine, process.pid)
  const places: Places = { groups: [], lacks: [] }
  for (const hierarchy of all) {
    const { version, at } = hierarchy
    const wanted = hierarchy.controllers.filter((name) => used[version].includes(name))
    // Version 2 without a controller that we limit: on a hybrid it is there for systemd alone; on its own, it can still freeze.
    if (wanted.length === 0 && !(version === 2 && all.every((one) => one.version === 2))) continue
    const of = (top: string, ...names: string[]): BoxGroup => ({
      version,
      controllers: version === 1 ? hierarchy.controllers : wanted,
      mount: at,
      top,
      at: [top, ...names].join('/'),
    })
    if (mayMake(at)) {
      places.groups.push(of(at, 'cooper', id))
      continue
    }
    const own = ownGroup(all, hierarchy)
    if (own && own !== at && mayMake(own)) {
      places.groups.push(of(own, id))
      if (version === 2) places.aside = { ...of(own, `cooper-${process.pid}`), controllers: [] }
    } else places.lacks.push({ version, controllers: wanted, because: whyNot(at, own) })
  }
  // What is frozen cannot be killed in version 1: its group is made last, so that it goes first and thaws what is in it.
  const isFreezer = ({ version, controllers }: BoxGroup) => version === 1 && controllers.includes('freezer')
  places.groups.sort((a, b) => Number(isFreezer(a)) - Number(isFreezer(b)))
  return places
}

function ownGroup(all: Hierarchy[], { at }: Hierarchy): string | undefined {
  return groupsOf(machine, process.pid, all).find((group) => group.at === at)?.directory
}

function mayMake(group: string): boolean {
  return [group, `${group}/cgroup.procs`].every((path) => errorOf(path) === undefined)
}

function errorOf(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EACCES'
  }
}

function whyNot(at: string, own: string | undefined): string {
  return errorOf(at) === 'EROFS'
    ? `${at} is mounted read-only, as in a container`
    : `only root may make groups in ${at}, and nobody handed ${own && own !== at ? own : 'a group of it'} to this user`
}
