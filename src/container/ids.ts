import type { IdMap, Ids } from './box.ts'

/** Who makes the container. `facts/ids` reads it; tests hand in their own. */
export interface Who {
  uid: number
  gid: number
  /** May make namespaces without a user namespace of their own: CAP_SYS_ADMIN is effective. */
  privileged: boolean
  /** The ids that exist for us: /proc/self/uid_map, /proc/self/gid_map. */
  uidMap: IdMap[]
  gidMap: IdMap[]
  /** Subordinate ids that newuidmap(1) and newgidmap(1) would map for us (subuid(5)). */
  granted?: { uid: Range; gid: Range }
}

interface Range {
  first: number
  count: number
}

/** Above what systemd-nspawn and common subordinate ranges take (the table in systemd's UIDS-GIDS), below 2³¹. */
const unusedIds = 0x7000_0000
const rangeLength = 0x1_0000

/**
 * Which ids a user namespace gets. Root of the machine gives it a range nobody uses, so that root inside is nobody
 * outside. An ordinary user gives their own id, and behind it the range that was granted to them.
 */
export function idsFor(
  { uid, gid, privileged, uidMap, gidMap, granted }: Who,
  slot = process.pid % 4000,
): Ids {
  const outside = unusedIds + slot * rangeLength
  const holds = (map: IdMap[]) =>
    map.some(({ inside, count }) => inside <= outside && outside + rangeLength <= inside + count)
  if (privileged && holds(uidMap) && holds(gidMap)) {
    const range = [{ inside: 0, outside, count: rangeLength }]
    return { uid: range, gid: range, denySetgroups: false, by: 'us' }
  }
  const own = (id: number) => ({ inside: 0, outside: id, count: 1 })
  if (!granted) return { uid: [own(uid)], gid: [own(gid)], denySetgroups: true, by: 'us' }
  const behind = ({ first, count }: Range) => ({ inside: 1, outside: first, count })
  return {
    uid: [own(uid), behind(granted.uid)],
    gid: [own(gid), behind(granted.gid)],
    denySetgroups: false,
    by: 'newuidmap',
  }
}

/** Is there such an id in the namespace? */
export function isMapped(map: IdMap[], id: number): boolean {
  return map.some(({ inside, count }) => inside <= id && id < inside + count)
}

/** Whether this is the first user namespace, in which there is every id. */
export function ownsAllIds({ uidMap }: Who): boolean {
  return uidMap.some(({ inside, outside, count }) => inside === 0 && outside === 0 && count === 2 ** 32 - 1)
}
