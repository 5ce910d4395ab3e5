import {
  cgroups,
  type Device,
  devices,
  devicesList,
  groupName,
  type IdFacts,
  ids,
  isListed,
  machine,
  mounts,
  type Namespaces,
  namespaces,
  namespaceTypes,
  type Process,
  process as processNow,
  readStat,
  sameNamespace,
  userName,
  uts,
} from '../../facts/index.ts'
import { KernelError } from '../../kernel/index.ts'
import type { NetReport, netOf } from './links.ts'
import { judgeMounts } from './mounts.ts'
import { engineSockets, propagating } from './reach.ts'
import type { IdLine, Reading } from './report.ts'
import { whyNot } from './why-not.ts'

/** Everything about a process that may be read; undefined when it has ended. */
export async function read(found: Process, readNet: typeof netOf): Promise<Reading | undefined> {
  const { pid } = found
  const self = process.pid
  const facts = ids(machine, pid)
  if (!facts) return undefined
  const [theirs, ours] = [namespaces(machine, pid), namespaces(machine, self)]
  const shared = compare(theirs, ours)
  const sameRoot = sameDirectory(`/proc/${pid}/root/`, `/proc/${self}/root/`)
  const unread: Reading['unread'] = []
  if (!theirs.user && !theirs.mnt)
    unread.push({ what: 'its namespaces, root directory, devices and network', why: whyNot(found, facts) })

  const list = mounts(machine, pid)
  const ownMounts = mounts(machine, self)
  // Anybody may read which mounts there are, and each has a number that no other has.
  const sameTree = list.some(({ id }) => ownMounts.some((mount) => mount.id === id))
  const ownTree = list.length > 0 && !(shared.mnt?.shared ?? sameTree)
  const named = shared.uts?.shared === false ? await uts(machine, pid) : undefined
  if (shared.uts?.shared === false && !named)
    unread.push({
      what: 'its host name',
      why: 'only who has CAP_SYS_ADMIN over a UTS namespace may enter it',
    })

  let net: NetReport | undefined
  if (shared.net?.shared === false) {
    try {
      net = await readNet(machine, pid)
    } catch (error) {
      if (!(error instanceof KernelError)) throw error
      unread.push({ what: 'its network', why: error.refusal.because ?? error.message })
    }
  }
  const parent = processNow(machine, found.ppid)
  return {
    process: found,
    parent: parent && { pid: parent.pid, name: parent.name },
    namespaces: shared,
    contained: isContained(found, shared, sameRoot),
    hostname: named?.hostname,
    ids: facts,
    user: idLine(pid, facts, 'user', shared.user?.shared ?? null),
    group: idLine(pid, facts, 'group', shared.user?.shared ?? null),
    machineCapabilities: (ids(machine, 1) ?? facts).capabilities.bounding,
    sameRoot,
    mounts: ownTree ? judgeMounts(list, ownMounts) : undefined,
    propagating: ownTree ? propagating(list, ownMounts) : [],
    devices: ownTree ? usable(pid) : [],
    engineSockets: ownTree ? engineSockets(pid) : [],
    net,
    cgroups: cgroups(machine, pid),
    unread,
  }
}

// ---

/** The nodes in its /dev, but those that its control group keeps it from opening. */
function usable(pid: number): Device[] {
  const list = devicesList(machine, pid)
  return devices(machine, pid).filter((one) => list === undefined || isListed(list, one))
}

function compare(theirs: Namespaces, ours: Namespaces): Reading['namespaces'] {
  const lines: Reading['namespaces'] = {}
  for (const kind of namespaceTypes) {
    const ref = theirs[kind]
    if (ref) lines[kind] = { inode: ref.inode, shared: sameNamespace(ref, ours[kind]) }
    else if (ours[kind]) lines[kind] = { inode: null, shared: null }
  }
  return lines
}

function isContained(found: Process, lines: Reading['namespaces'], sameRoot: boolean | null): boolean | null {
  const shared = Object.values(lines).map((line) => line.shared)
  // Even where the links may not be read, the number of its numbers tells of PID namespaces.
  if (found.nspid.length > 1 || shared.includes(false) || sameRoot === false) return true
  return shared.includes(null) || sameRoot === null ? null : false
}

function idLine(pid: number, facts: IdFacts, kind: 'user' | 'group', shared: boolean | null): IdLine {
  const [outside, map, name] =
    kind === 'user'
      ? [facts.uid.effective, facts.uidMap, userName]
      : [facts.gid.effective, facts.gidMap, groupName]
  // In one's own user namespace the map is told in the parent's numbers, which are not those of `status`.
  const range = map.find((one) => outside >= one.outside && outside < one.outside + one.count)
  const inside = shared ? outside : range && range.inside + (outside - range.outside)
  return {
    outside,
    outsideName: name(machine, process.pid, outside),
    inside,
    insideName: inside === undefined ? undefined : name(machine, pid, inside),
  }
}

function sameDirectory(a: string, b: string): boolean | null {
  const [one, other] = [readStat(a), readStat(b)]
  return one && other ? one.dev === other.dev && one.ino === other.ino : null
}
