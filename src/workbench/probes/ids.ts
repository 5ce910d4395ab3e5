import { join } from 'node:path'
import { idsFor } from '../../container/index.ts'
import { capabilityNames } from '../../facts/capabilities.ts'
import { parseIdMap } from '../../facts/ids.ts'
import { type SubIds, subIds } from '../../facts/subids.ts'
import { asRoot, installing } from './distribution.ts'
import { type Machine, proc, procLink, text } from './machine.ts'
import { define, type Finding, type Probe } from './probe.ts'

// What is done from outside of the workbench, by whom the lessons call the real root.
const needed = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_KILL',
  'CAP_MKNOD',
  'CAP_NET_ADMIN',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SYS_ADMIN',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
]

// The first user namespace has a number of its own, the same on every machine: PROC_USER_INIT_INO in the kernel.
const firstUserNamespace = 'user:[4026531837]'

const everyId = 4294967295

export const idProbes: Probe[] = [
  define({
    name: 'real-root',
    title: 'root of the machine itself',
    needed: 'some',
    look: realRoot,
  }),
  define({
    name: 'id-ranges',
    title: 'a range of user ids to give away',
    needed: 'some',
    look(machine) {
      if (realRoot(machine).ok) return { ok: true, found: 'root may map any' }
      return subordinate(machine)
    },
  }),
  define({
    name: 'bench-ids',
    title: 'more than one user id in the workbench',
    needed: 'some',
    look: benchIds,
  }),
]

function realRoot(machine: Machine): Finding {
  if (machine.uid !== 0) {
    return {
      ok: false,
      found: `user ${machine.uid}`,
      why: 'only root may do what some lessons do from outside of the workbench',
      remedy: ['sudo env "PATH=$PATH" npm start --silent -- … (the PATH, so that sudo finds the same Node)'],
    }
  }
  if (!isFirst(machine)) {
    return {
      ok: false,
      found: 'root of a user namespace',
      why: 'this root is an ordinary user outside (rootless podman or docker, unshare -r)',
      remedy: [
        'start cooper outside of it, or in a container that real root made (sudo podman run --privileged …)',
      ],
    }
  }
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(proc(machine, 'self/status') ?? '')?.[1] ?? '0'
  const has = capabilityNames(effective)
  const missing = needed.filter((name) => !has.includes(name))
  if (missing.length === 0) return { ok: true, found: 'root, with its capabilities' }
  return {
    ok: false,
    found: `root without ${missing.join(', ')}`,
    why: 'somebody took capabilities away; containers do so unless they are privileged',
    remedy: ['docker run --privileged …, or start cooper on the machine itself'],
  }
}

/** How many ids root of the workbench has: what the workbench asks itself when it is made. */
function benchIds(machine: Machine): Finding {
  const status = proc(machine, 'self/status') ?? ''
  const effective = capabilityNames(/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0')
  const map = (file: string) => parseIdMap(proc(machine, `self/${file}`) ?? '')
  const privileged = machine.uid === 0 && effective.includes('CAP_SYS_ADMIN')
  const { uid } = idsFor({ uid: 0, gid: 0, privileged, uidMap: map('uid_map'), gidMap: map('gid_map') })
  const count = uid.reduce((sum, range) => sum + range.count, 0)
  if (count > 1) return { ok: true, found: `${count} user ids` }
  return {
    ok: false,
    found: 'one user id',
    why: 'without root, the workbench has one user id, that of whoever starts it',
    remedy: ['sudo env "PATH=$PATH" npm start --silent -- … (the PATH, so that sudo finds the same Node)'],
  }
}

function isFirst(machine: Machine): boolean {
  const link = procLink(machine, 'self/ns/user')
  if (link !== undefined) return link === firstUserNamespace
  const [range, ...more] = parseIdMap(proc(machine, 'self/uid_map') ?? '')
  return more.length === 0 && range?.inside === 0 && range.outside === 0 && range.count === everyId
}

/** Ranges of subuid(5) and subgid(5), and the two programs that may write them into a map. */
function subordinate(machine: Machine): Finding {
  const tools = ['newuidmap', 'newgidmap'].filter((tool) => machine.which(tool) === undefined)
  if (tools.length > 0) {
    return {
      ok: false,
      found: `no ${tools.join(', no ')}`,
      why: 'without root, only these may map more than one id',
      remedy: [installing('uidmap', machine)],
    }
  }
  const name = userName(machine)
  const [uids, gids] = ['subuid', 'subgid'].map((file) => subIds(join(machine.etc, file)))
  const mine = (list: SubIds[] = []) =>
    list.find(({ owner }) => owner === name || owner === String(machine.uid))
  const [uid, gid] = [mine(uids), mine(gids)]
  if (uid && gid)
    return { ok: true, found: `${uid.count} user ids from ${uid.first} on, ${gid.count} group ids` }
  const free = Math.max(
    100_000,
    ...[...(uids ?? []), ...(gids ?? [])].map(({ first, count }) => first + count),
  )
  const range = `${free}-${free + 65_535}`
  const files = [...(uid ? [] : ['/etc/subuid']), ...(gid ? [] : ['/etc/subgid'])]
  return {
    ok: false,
    found: `nothing for ${name} in ${files.join(' and ')}`,
    why: 'the files say which ids a user may give away, and this user has none',
    remedy: [asRoot(`usermod --add-subuids ${range} --add-subgids ${range} ${name}`, machine)],
  }
}

function userName(machine: Machine): string {
  const users = (text(join(machine.etc, 'passwd')) ?? '').split('\n').map((line) => line.split(':'))
  return (
    users.find(([, , uid]) => uid === String(machine.uid))?.[0] ?? machine.env.USER ?? String(machine.uid)
  )
}
