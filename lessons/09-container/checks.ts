import {
  allCapabilities,
  type Bench,
  checks,
  devices,
  type Group,
  groupFacts,
  groupsOf,
  type IdFacts,
  type Layers,
  layersUnder,
  type Mount,
  mountAt,
  type NamespaceType,
  type NetFacts,
  type Process,
  sameNamespace,
  uts,
} from '../../src/facts/index.ts'
import { readJoined } from '../../src/facts/joined.ts'
import { namesIn, type Resolved, resolvePath, sameFile } from '../../src/facts/paths.ts'
import { readStat, readText } from '../../src/facts/read.ts'
import { type Attempt, anySleep, isSleep } from '../../src/facts/sleeps.ts'
import { KernelError } from '../../src/kernel/index.ts'

const mib = 2 ** 20
const base = '/cooper/base'
const views = ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup'] as const

export default checks({
  'by-hand': {
    claims: ['W1'],
    async look(bench, captures) {
      const one = bench.process(captures.hand ?? '')
      const own = ownViews(bench, captures.hand)
      const found = rootLayers(bench, captures.hand)
      const name = one && (await uts(bench.view, one.pid))?.hostname
      const address = addressOn(await netOf(bench, captures.hand), 'eth0')
      const first = one?.nspid.at(-1) === 1
      const expected = '6 views of its own, process 1, a root of layers, hand, 10.9.0.2'
      const saw = `${own.length} views of its own, ${first ? 'process 1' : 'another process'}, ${found?.upper ? 'a root of layers' : 'another root'}, ${name ?? 'no name'}, ${address ?? 'no address'}`
      return {
        ok: saw === expected,
        expected,
        saw,
        why:
          saw === expected
            ? 'And nothing in it is new: each line was a lesson.'
            : 'The process must be there, with all that the page makes.',
      }
    },
  },

  same: {
    claims: ['W2'],
    look(bench, captures) {
      const both = [captures.script, captures.plain]
      const lists = both.map((who) => furniture(bench, who))
      const kinds = both.map((who) => ownViews(bench, who).length)
      const alike = lists[0]!.length > 10 && lists[0]!.join('\n') === lists[1]!.join('\n')
      const apart = differ(bench, captures.script, captures.plain, 'mnt')
      const ok = alike && apart && kinds.every((count) => count === views.length)
      return {
        ok,
        expected: '6 and 6 views of their own; the same mounts',
        saw: `${kinds.join(' and ')} views of their own; ${alike ? 'the same' : 'different'} mounts`,
        why: ok
          ? `${lists[0]!.length} mounts, each at the same place, of the same kind, as writable as the other.`
          : 'Both containers must run, each in mounts of its own.',
      }
    },
  },

  own: {
    claims: ['W3'],
    look(bench, captures) {
      const own = ownViews(bench, captures.shop)
      const users = bench.namespaces(captures.shop ?? '').user
      const shared = sameNamespace(users, bench.namespaces(1).user)
      const first = bench.process(captures.shop ?? '')?.nspid.at(-1) === 1
      const ok = own.length === views.length && shared && first
      return {
        ok,
        expected: `${views.join(', ')} are its own; it shares user, and is process 1`,
        saw: `${own.join(', ') || 'none'} are its own; it ${shared ? 'shares' : 'does not share'} user, and is ${first ? 'process 1' : 'another process'}`,
        why: ok
          ? 'Five flags of one clone, and an unshare for the group’s, once it had joined.'
          : 'The container must run, with namespaces of its own.',
      }
    },
  },

  layers: {
    claims: ['W4'],
    look(bench, captures) {
      const both = [captures.hand, captures.shop].map((who) => rootLayers(bench, who))
      const onBase = both.filter((found) => {
        const lowest = found?.lower.at(-1)
        return lowest !== undefined && sameFile(place(bench, lowest), place(bench, base))
      })
      const uppers = new Set(both.flatMap((found) => found?.upper ?? []))
      const written = [...uppers].filter((upper) => filesBelow(bench, upper) > 0)
      const frozen = rootMount(bench, captures.shop)?.options.includes('ro') === true
      const ok = onBase.length === 2 && uppers.size === 2 && written.length === 0 && frozen
      return {
        ok,
        expected: '2 roots on one base, 2 uppers without a file; the second read-only',
        saw: `${onBase.length} roots on one base, ${uppers.size} uppers ${written.length ? 'with files' : 'without a file'}; the second ${frozen ? 'read-only' : 'writable'}`,
        why: ok
          ? `${both[1]!.lower.length - 1} layer lies between, for what an engine makes. The base has the files, and both read them there.`
          : 'Both containers must run on /cooper/base, and write nothing.',
      }
    },
  },

  furnished: {
    claims: ['W5'],
    look(bench, captures) {
      const who = captures.shop
      const fresh = ['/proc', '/sys', '/dev'].map((path) => mountOn(bench, who, path)?.type ?? 'nothing')
      const locked = mountOn(bench, who, '/sys')?.options.includes('ro') === true
      const nodes = who === undefined ? [] : devices(bench.view, Number(who)).map(({ name }) => name)
      const small = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'pts/ptmx'].filter((name) =>
        nodes.includes(name),
      )
      const foreign = nodes.filter((name) => !small.includes(name)).length
      const nothing = at(bench, who, '/dev/null')
      const hidden = sameFile(at(bench, who, '/proc/timer_list'), nothing)
      const frozen = mountOn(bench, who, '/proc/sys')?.options.includes('ro') === true
      const saw = `${fresh.join(', ')}${locked ? '' : ', /sys writable'}; ${small.length} devices and ${foreign} more; timer_list ${hidden ? 'hidden' : 'open'}, /proc/sys ${frozen ? 'read-only' : 'writable'}`
      const expected = 'proc, sysfs, tmpfs; 7 devices and 0 more; timer_list hidden, /proc/sys read-only'
      return {
        ok: saw === expected,
        expected,
        saw,
        why: 'What is fresh shows its own namespaces. What no namespace covers is covered by a mount.',
      }
    },
  },

  named: {
    claims: ['W6'],
    async look(bench, captures) {
      const who = captures.shop
      const name = who && (await uts(bench.view, Number(who)))?.hostname
      const address = addressOn(await netOf(bench, who), 'eth0')
      const file = textIn(bench, who, '/etc/hostname')?.trim()
      const hosts = textIn(bench, who, '/etc/hosts')?.split('\n') ?? []
      const known = hosts.some((line) => {
        const [first, ...names] = line.split(/\s+/)
        return address !== undefined && first === address && name !== undefined && names.includes(name)
      })
      const files = ['hosts', 'hostname', 'resolv.conf'].filter((entry) => {
        const mount = at(bench, who, `/etc/${entry}`)?.mount
        return mount?.at === `/etc/${entry}` && mount.type !== 'overlay'
      })
      const ok = name === 'shop' && file === name && known && files.length === 3
      return {
        ok,
        expected: '3 files over the layers; shop in the kernel and in hostname, with its address in hosts',
        saw: `${files.length} files over the layers; ${name ?? 'no name'} in the kernel and ${file ?? 'nothing'} in hostname, ${known ? 'with its address' : 'not'} in hosts`,
        why: ok
          ? `${address} is the address of its eth0, and the line in hosts was written before there was an eth0.`
          : 'The container must run, under the name shop.',
      }
    },
  },

  reached: {
    claims: ['W7'],
    async look(bench, captures) {
      const facts = await netOf(bench, captures.shop)
      const end = facts?.links.find(({ name }) => name === 'eth0')
      const host = await netOf(bench, 1)
      const plug = host?.links.find(
        ({ index, peer }) => index === end?.peer?.index && peer?.index === end.index,
      )
      const bridge = host?.links.find(({ index }) => index === plug?.master)
      const inside = captures.shop ? bench.listeners(captures.shop).map(({ port }) => port) : []
      const outside = bench.listeners(1).some(({ port, protocol }) => port === 8080 && protocol === 'tcp')
      const answered = (end?.txPackets ?? 0) > 100
      const ok = plug?.name === captures.veth && bridge?.kind === 'bridge' && outside && answered
      return {
        ok: ok && inside.includes(8080),
        expected: 'eth0 leads into cooper0, and has been used; 8080 here, 8080 there',
        saw: `eth0 leads ${bridge ? `into ${bridge.name}` : 'nowhere'}, and has ${answered ? '' : 'not '}been used; ${outside ? '8080' : 'no port'} here, ${inside.includes(8080) ? '8080' : 'no port'} there`,
        why: ok
          ? `${end?.txPackets} packets have come out of it. The port of the host is held by cooper, and nobody in the container knows of it.`
          : 'The container must run, and somebody must have called it.',
      }
    },
  },

  limited: {
    claims: ['W8'],
    async look(bench, captures) {
      const who = captures.shop
      const { memory, pids, cpu } = groupFacts(bench.view, Number(who))
      const limits = [amount(memory?.limit), pids?.limit ?? 'any number', cpu?.limit ?? 'all'].join(', ')
      const seen = await pathSeenBy(bench, who)
      const ok = limits === '64 MiB, 20, 0.5' && seen === '/'
      return {
        ok,
        expected: '64 MiB, 20, 0.5; it sees /',
        saw: `${limits}; it sees ${seen ?? 'nothing'}`,
        why: ok
          ? `Now it uses ${amount(memory?.used)} and ${pids?.current} of its processes. From here its group is ${pathFromHost(bench, who)}.`
          : 'The container must run, with its three limits.',
      }
    },
  },

  ordinary: {
    claims: ['W9'],
    look(bench, captures) {
      const facts = bench.ids(captures.shop ?? '')
      const who = facts && userInside(facts)
      const held = facts?.capabilities.effective.length
      const frozen = rootMount(bench, captures.shop)?.options.includes('ro') === true
      const ok = who === 1000 && held === 0 && frozen
      return {
        ok,
        expected: 'user 1000, 0 capabilities, a read-only root',
        saw: facts
          ? `user ${who ?? 'nobody knows'}, ${held} capabilities, a ${frozen ? 'read-only' : 'writable'} root`
          : 'no such process',
        why: ok
          ? 'It was root until the last moment, and then set its user: its capabilities went with that.'
          : 'The container must run, as user 1000.',
      }
    },
  },

  terminal: {
    claims: ['W10'],
    look(bench, captures) {
      const one = bench.process(captures.term ?? '')
      const input = one && readStat(`${bench.view.proc}/${one.pid}/fd/0`)
      const pts = at(bench, captures.term, '/dev/pts')
      const own =
        input?.isCharacterDevice() === true && pts?.mount?.type === 'devpts' && input.dev === pts.device
      const elsewhere = pts !== undefined && pts.device !== place(bench, '/dev/pts')?.device
      const feeder = one && readStat(`${bench.view.proc}/${one.ppid}/fd/0`)
      // Terminals have the major numbers 136 to 143: admin-guide/devices.txt of the kernel.
      const major = feeder?.isCharacterDevice() ? feeder.rdev >> 8 : 0
      const fed = major >= 136 && major <= 143 && feeder?.dev !== input?.dev
      const ok = own && elsewhere && fed && one?.nspid.at(-1) === 1
      return {
        ok,
        expected: 'process 1 on a terminal of its own devpts, fed from another terminal',
        saw: one
          ? `${one.nspid.at(-1) === 1 ? 'process 1' : 'a process'} on ${own && elsewhere ? 'a terminal of its own devpts' : 'something else'}, fed from ${fed ? 'another terminal' : 'elsewhere'}`
          : 'no such shell',
        why: ok
          ? `Its parent, process ${one?.ppid} of the host, reads the one terminal and writes to the other.`
          : 'The shell in the container must run, with -i and -t.',
      }
    },
  },

  ends: {
    claims: ['W11'],
    look(bench) {
      const saw = bench.read('/root/status')?.trim().split(/\s+/).join(', ') ?? 'nothing'
      return {
        ok: saw === '3, 127, 126, 125',
        expected: '3, 127, 126, 125',
        saw,
        why: 'The program’s own; not found; found, and not to be run; no container at all.',
      }
    },
  },

  gone: {
    claims: ['W12'],
    async look(bench, captures) {
      const was = [captures.shop, captures.veth, captures.id].every((one) => one !== undefined)
      const facts = await netOf(bench, 1)
      const left = [
        bench.process(captures.shop ?? '') && 'its process',
        bench.process(captures.engine ?? '') && 'its engine',
        facts?.links.some(({ name }) => name === captures.veth) && 'a cable',
        facts?.links.some(({ name }) => name === 'cooper0') && 'a bridge',
        bench.listeners(1).some(({ port }) => port === 8080) && 'a port',
        hasGroups(bench, captures.id) && 'a group',
      ].filter(Boolean)
      const kept = place(bench, '/srv/kept')?.kind === 'directory'
      const ok = was && facts !== undefined && left.length === 0 && kept
      return {
        ok,
        expected: 'nothing left but /srv/kept',
        saw: `${left.join(', ') || 'nothing'} left${kept ? ' but /srv/kept' : ', and no /srv/kept'}`,
        why: ok
          ? `There were a process ${captures.shop} and a cable ${captures.veth}. What dies by itself did, and what does not was taken away.`
          : 'The container must have run, and have ended.',
      }
    },
  },

  powers: {
    claims: ['W13'],
    look(bench, captures) {
      const facts = bench.ids(captures.plain ?? '')
      const mine = bench.ids(1)?.capabilities.effective.length
      const held = facts?.capabilities.effective.length
      const apart = ownViews(bench, captures.plain).length
      const open = facts?.seccomp === 'disabled' && !facts.noNewPrivs
      const ok = apart === views.length && held !== undefined && held > 30 && held === mine && open
      return {
        ok,
        expected: '6 views of its own; as many capabilities as you, no filter, no_new_privs off',
        saw: `${apart} views of its own; ${held === undefined ? 'no process' : held === mine ? 'as many capabilities as you' : `${held} capabilities`}, ${facts?.seccomp === 'filter' ? 'a filter' : 'no filter'}, no_new_privs ${facts?.noNewPrivs ? 'on' : 'off'}`,
        why: ok
          ? `${held} of the ${allCapabilities.length} that the kernel knows. None of the six views has taken one away.`
          : 'The container sleep 1002 must run, as root.',
      }
    },
  },

  orphan: {
    claims: ['W14', 'W12'],
    look(bench, captures) {
      const was = captures.orphan !== undefined && captures.killed !== undefined
      const alive = [captures.killed, captures.orphan].map((who) => bench.process(who ?? '') !== undefined)
      return {
        ok: was && !alive.includes(true),
        expected: 'cooper gone, the container gone',
        saw: `cooper ${alive[0] ? 'alive' : 'gone'}, the container ${alive[1] ? 'alive' : 'gone'}`,
        why: was
          ? `${captures.killed} was killed, and ${captures.orphan} with it: PR_SET_PDEATHSIG, prctl(2).`
          : 'Both must have been there.',
      }
    },
  },

  deaf: {
    claims: ['W15'],
    look(bench, captures) {
      const one = bench.process(captures.plain ?? '')
      const caught = one && BigInt(`0x${status(bench, one, 'SigCgt') ?? '0'}`)
      // Bit 14 is SIGTERM, which is 15: signal(7).
      const hears = caught !== undefined && ((caught >> 14n) & 1n) === 1n
      const first = one !== undefined && isSleep(one, '1002') && one.nspid.at(-1) === 1
      const was = captures.heard !== undefined && captures.asked !== undefined
      const alive = [captures.heard, captures.asked].some((who) => bench.process(who ?? ''))
      return {
        ok: first && !hears && was && !alive,
        expected: 'process 1 without a handler, alive; the one behind an init, gone',
        saw: `${first ? `process 1 ${hears ? 'with' : 'without'} a handler, alive` : 'no sleep 1002 as process 1'}; the one behind an init, ${alive ? 'alive' : 'gone'}`,
        why: first
          ? 'For any other process, no handler for SIGTERM means death. For process 1 it means nothing.'
          : 'The container sleep 1002 must still run.',
      }
    },
  },

  pod: {
    claims: ['W3', 'W7'],
    async look(bench, captures) {
      const facts = await netOf(bench, captures.hand)
      const hand = addressOn(facts, 'eth0') !== undefined
      return task(
        bench,
        '2001',
        '10.9.0.2 on its eth0; 5 views of its own, and not called hand',
        async (one) => {
          const shared = hand && !differ(bench, one.pid, captures.hand, 'net')
          const own = ownViews(bench, one.pid).filter(
            (kind) => kind !== 'net' && differ(bench, one.pid, captures.hand, kind),
          )
          const name = (await uts(bench.view, one.pid))?.hostname
          const saw = `${shared ? '10.9.0.2 on its eth0' : 'another network'}; ${own.length} views of its own, and ${name === 'hand' ? '' : 'not '}called hand`
          if (!hand) return { saw, lacks: 'The container that you made by hand is gone.' }
          if (!shared)
            return { saw, lacks: 'It is not in the network of the container that you made by hand.' }
          if (own.length < 5)
            return { saw, lacks: `It shares more than the network: ${missing(own).join(', ')} too.` }
          return { saw, lacks: name === 'hand' ? 'Its name must be another.' : undefined }
        },
      )
    },
  },

  disarmed: {
    claims: ['W13', 'W9'],
    look(bench) {
      const expected = '6 views of its own; user 0, 0 capabilities, 0 to be had, no_new_privs on'
      return task(bench, '2002', expected, (one) => {
        const own = ownViews(bench, one.pid)
        const facts = bench.ids(one.pid)
        const { effective = [], permitted = [], bounding = [] } = facts?.capabilities ?? {}
        const who = facts && userInside(facts)
        const held = new Set([...effective, ...permitted]).size
        const saw = `${own.length} views of its own; user ${who ?? 'nobody knows'}, ${held} capabilities, ${bounding.length} to be had, no_new_privs ${facts?.noNewPrivs ? 'on' : 'off'}`
        if (own.length < views.length || one.nspid.at(-1) !== 1)
          return { saw, lacks: 'It is not process 1 of a container of all pieces.' }
        if (who !== 0) return { saw, lacks: 'It must be root there.' }
        if (held > 0) return { saw, lacks: 'It still holds capabilities.' }
        if (bounding.length > 0)
          return { saw, lacks: 'Its bounding set is not empty: a program with more could give it some.' }
        return { saw, lacks: facts?.noNewPrivs ? undefined : 'no_new_privs is off.' }
      })
    },
  },

  archive: {
    claims: ['W4', 'W6', 'W9'],
    look(bench) {
      const expected = 'archive, a read-only root, /data writable and ~/goods, lo alone'
      return task(bench, '2003', expected, async (one) => {
        const name = (await uts(bench.view, one.pid))?.hostname
        const root = rootMount(bench, one.pid)
        const frozen = root?.options.includes('ro') === true && ownViews(bench, one.pid).includes('mnt')
        const data = at(bench, one.pid, '/data')
        const goods = sameFile(data, place(bench, '/root/goods'))
        const open = data?.mount?.options.includes('rw') === true
        const facts = await netOf(bench, one.pid)
        const links = facts?.links.filter(({ kind, name }) => kind === 'veth' || name === 'lo') ?? []
        const alone = ownViews(bench, one.pid).includes('net') && links.length === 1
        const saw = `${name ?? 'no name'}, a ${frozen ? 'read-only' : 'writable'} root, /data ${data ? `${open ? 'writable' : 'read-only'} and ${goods ? '~/goods' : 'something else'}` : 'missing'}, ${alone ? 'lo alone' : 'another network'}`
        if (name !== 'archive' || !ownViews(bench, one.pid).includes('uts'))
          return { saw, lacks: 'It has no name of its own, or another one.' }
        if (!frozen) return { saw, lacks: 'Its root can be written.' }
        if (!goods) return { saw, lacks: 'At /data there must be the directory ~/goods of the host.' }
        if (!open) return { saw, lacks: 'It cannot write at /data.' }
        return {
          saw,
          lacks: alone ? undefined : 'There is more than lo in its network, or it is the host’s.',
        }
      })
    },
  },
})

type Who = string | number | undefined

/** The views that a process does not share with the host. */
function ownViews(bench: Bench, who: Who): NamespaceType[] {
  return views.filter((kind) => differ(bench, who, 1, kind))
}

const missing = (own: NamespaceType[]) => views.filter((kind) => kind !== 'net' && !own.includes(kind))

function differ(bench: Bench, one: Who, other: Who, kind: NamespaceType): boolean {
  const [a, b] = [one, other].map((who) => bench.namespaces(who ?? '')[kind])
  return a !== undefined && b !== undefined && !sameNamespace(a, b)
}

/** What a process finds at its root, by kind and place; its root may have another layer than somebody else's. */
function furniture(bench: Bench, who: Who): string[] {
  return bench
    .mounts(who ?? '')
    .map(({ at, type, options }) => `${at} ${type} ${options.includes('ro') ? 'ro' : 'rw'}`)
    .sort()
}

const rootMount = (bench: Bench, who: Who): Mount | undefined => at(bench, who, '/')?.mount
const mountOn = (bench: Bench, who: Who, path: string) => mountAt(bench.mounts(who ?? ''), path)

/** The overlay that a process has as its root. */
function rootLayers(bench: Bench, who: Who): Layers | undefined {
  const mount = rootMount(bench, who)
  return mount && layersUnder(mount)
}

/** What is at a path of the host. */
function place(bench: Bench, path: string): Resolved | undefined {
  return resolvePath(bench.view, 1, path)
}

/** What a path means to a process. */
function at(bench: Bench, who: Who, path: string): Resolved | undefined {
  return who === undefined ? undefined : resolvePath(bench.view, Number(who), path)
}

/** A file as a process finds it, which for these files leads through no link. */
function textIn(bench: Bench, who: Who, path: string): string | undefined {
  return at(bench, who, path)?.path === path ? readText(`${bench.view.proc}/${who}/root${path}`) : undefined
}

/** How many files there are below a directory of the host, directories not counted. */
function filesBelow(bench: Bench, path: string): number {
  const found = resolvePath(bench.view, 1, path, { follow: false })
  if (!found) return 0
  if (found.kind !== 'directory') return 1
  const names = namesIn(bench.view, 1, path) ?? []
  return names.reduce((sum, name) => sum + filesBelow(bench, `${path}/${name}`), 0)
}

async function netOf(bench: Bench, who: Who): Promise<NetFacts | undefined> {
  if (who === undefined) return undefined
  try {
    return await bench.net(who)
  } catch (error) {
    if (error instanceof KernelError) return undefined
    throw error
  }
}

/** The first address of version 4 that a link has. */
function addressOn(facts: NetFacts | undefined, name: string): string | undefined {
  const link = facts?.links.find((one) => one.name === name)
  return facts?.addresses.find((one) => link && one.link === link.index && one.family === 4)?.address
}

/** `32 MiB`, `no limit`. */
function amount(bytes: number | undefined): string {
  return bytes === undefined ? 'no limit' : `${Math.round((bytes / mib) * 10) / 10} MiB`
}

/** Where a process's group for memory lies for somebody in its own cgroup namespace. */
async function pathSeenBy(bench: Bench, who: Who): Promise<string | undefined> {
  const text = (await readJoined(bench.view, Number(who), 'cgroup', String(who), ['cgroup'])) ?? ''
  const lines = text.split('\n')
  return (lines.find((one) => one.includes(':memory:')) ?? lines.find((one) => one.startsWith('0::')))
    ?.split(':')
    .at(-1)
}

/** The directory of the bench's own group: in version 2 its processes live in a leaf of that, called host. */
function topOf({ version, directory }: Group): string {
  return version === 2 ? directory.replace(/\/host$/, '') : directory
}

/** Whether a container's groups are there: below `cooper`, or right below the bench's own. */
function hasGroups(bench: Bench, id: string | undefined): boolean {
  const tops = groupsOf(bench.view, 1).map(topOf)
  return tops.some((top) => [`${top}/cooper/${id}`, `${top}/${id}`].some((group) => readStat(group)))
}

/** Where a process's group lies among those of the bench: `/cooper/0123456789ab`. */
function pathFromHost(bench: Bench, who: Who): string {
  const holds = ({ version, controllers }: Group) => version === 2 || controllers.includes('memory')
  const [group, host] = [Number(who), 1].map((pid) => groupsOf(bench.view, pid).find(holds))
  return group && host ? group.directory.slice(topOf(host).length) : 'out of sight'
}

/** A user's number inside, by the map of that process. */
function userInside({ uid, uidMap }: IdFacts): number | undefined {
  const id = uid.effective
  const range = uidMap.find(({ outside, count }) => outside <= id && id < outside + count)
  return range && id - range.outside + range.inside
}

/** A line of `/proc/PID/status` (`man 5 proc_pid_status`). */
function status(bench: Bench, { pid }: Process, field: string): string | undefined {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readText(`${bench.view.proc}/${pid}/status`) ?? '')?.[1]
}

function task(
  bench: Bench,
  seconds: string,
  expected: string,
  look: (one: Process) => Attempt | Promise<Attempt>,
) {
  return anySleep(bench, seconds, { expected, done: 'Done, with pieces that you know.' }, look)
}
