import { devices } from '../../src/facts/devices.ts'
import {
  type Bench,
  checks,
  type Mount,
  mountAt,
  type Process,
  process,
  sameNamespace,
} from '../../src/facts/index.ts'
import { namesIn, type Resolved, resolvePath, sameFile } from '../../src/facts/paths.ts'
import { readStat } from '../../src/facts/read.ts'
import { type Attempt, anySleep, isSleep } from '../../src/facts/sleeps.ts'

const image = '/root/image'

export default checks({
  'own-tree': {
    claims: ['M1'],
    look(bench, captures) {
      const own = sourceAt(bench, captures.own, '/mnt')
      const host = sourceAt(bench, 1, '/mnt')
      return {
        ok: apart(bench, captures.own, 1) && own === 'mine' && host === 'nothing',
        expected: 'at /mnt: mine in the shell, nothing on the host',
        saw: `at /mnt: ${own} in the shell, ${host} on the host`,
        why: 'Both lists are the kernel’s, for two processes in two mount namespaces.',
      }
    },
  },

  reach: {
    claims: ['M2'],
    look(bench, captures) {
      const jailed = bench.mounts(captures.jailed ?? '')
      const all = bench.mounts(1)
      const one = sameTree(bench, captures.jailed, 1)
      const inside = jailed.every((mount) => all.some(({ id }) => id === mount.id))
      return {
        ok:
          one &&
          inside &&
          jailed.length === 1 &&
          all.length > 1 &&
          captures.reachable === '1' &&
          captures.all === String(all.length) &&
          is(at(bench, captures.jailed, '/'), at(bench, 1, image)),
        expected: `one namespace; ${all.length} mounts from the host’s root, 1 from the jail’s`,
        saw: `${one ? 'one namespace' : 'two namespaces'}; ${all.length} mounts from the host’s root, ${jailed.length} from the jail’s`,
        why: 'That one mount is in the host’s list, too, with the same id: the shorter list is a part of the longer.',
      }
    },
  },

  furnished: {
    claims: ['M6'],
    look(bench) {
      const box = bench.shell('box')
      const lacks = box ? lacking(bench, box) : ['a shell in the box']
      return {
        ok: lacks.length === 0,
        expected: 'proc, sysfs, 7 devices, mqueue, 2 masks',
        saw: lacks.length ? `missing: ${lacks.join(', ')}` : 'proc, sysfs, 7 devices, mqueue, 2 masks',
        why: lacks.length
          ? 'Each must be mounted in the box before it leaves the host’s tree.'
          : 'Fresh mounts for what a namespace of the box has its own of, and covers on what it has not.',
      }
    },
  },

  'nothing-above': {
    claims: ['M4', 'M2'],
    look(bench, captures) {
      const box = bench.shell('box')
      const escaped = inBox(bench, captures.escaped)
      const root = escaped && at(bench, escaped.pid, '/')
      const hosts = escaped ? hostMounts(bench, escaped.pid) : []
      const top = escaped !== undefined && nothingAbove(bench, escaped.pid)
      // It was started by the program that escapes: that one has left the directory it makes.
      const tried = at(bench, 1, `${image}/deeper`)?.kind === 'directory'
      return {
        ok:
          box !== undefined &&
          escaped !== undefined &&
          tried &&
          top &&
          is(root, at(bench, 1, image)) &&
          hosts.length === 0,
        expected: 'its root is ~/image, with nothing above it and 0 mounts of the host in its tree',
        saw: escaped
          ? `its root is ${is(root, at(bench, 1, image)) ? '~/image' : 'another'}, with ${top ? 'nothing' : 'more'} above it and ${hosts.length} mounts of the host in its tree`
          : 'no such shell',
        why: 'Even from outside, where its root is no barrier, “..” leads from there to itself: that is the top of the tree.',
      }
    },
  },

  'image-is-root': {
    claims: ['M7'],
    look(bench, captures) {
      const box = inBox(bench, captures.escaped)
      const same = is(box && at(bench, box.pid, '/'), at(bench, 1, image))
      const program = box && readStat(`${bench.view.proc}/${box.pid}/exe`)
      const file = at(bench, 1, `${image}/usr/bin/bash`) ?? at(bench, 1, `${image}/bin/bash`)
      const runs = program !== undefined && program.ino === file?.inode && program.dev === file.device
      const names = namesIn(bench.view, 1, image) ?? []
      const kernel = ['boot', 'lib/modules', 'usr/lib/modules'].filter((path) =>
        at(bench, 1, `${image}/${path}`),
      )
      return {
        ok: same && runs && names.length > 0 && kernel.length === 0,
        expected: 'one directory; bash from it runs in the box; no kernel in it',
        saw: `${same ? 'one directory' : 'two directories'}; ${runs ? 'bash from it' : 'something else'} runs in the box; ${kernel.length ? kernel.join(', ') : 'no kernel'} in it`,
        why: 'Device and inode are equal, seen from the host and from the box: a root file system is a directory that somebody filled.',
      }
    },
  },

  'two-places': {
    claims: ['M8'],
    look(bench) {
      const box = bench.shell('box')?.pid
      const second = bench.shell('second')?.pid
      const data = at(bench, 1, '/root/data')
      const places = {
        '/data': at(bench, box, '/data'),
        '/frozen': at(bench, box, '/frozen'),
        '/srv of the second': at(bench, second, '/srv'),
      }
      const note = bench.read('/root/data/note')?.trim() ?? ''
      const covered = at(bench, 1, `${image}/data`)
      const untouched =
        covered !== undefined && !is(covered, data) && !namesIn(bench.view, 1, `${image}/data`)?.length
      const expected = '~/data at /data, /frozen (ro), /srv of the second; “from the box” on the host'
      const found = Object.entries(places).flatMap(([path, place]) =>
        is(place, data) ? [`${path}${isReadOnly(place) ? ' (ro)' : ''}`] : [],
      )
      const saw = `~/data at ${found.join(', ') || 'no other place'}; “${note}” on the host`
      return {
        ok: saw === expected && untouched,
        expected,
        saw,
        why: 'One device and inode, whoever asks. What was written went past the image, which is empty at that place.',
      }
    },
  },

  'two-things': {
    claims: ['M9'],
    look(bench, captures) {
      const [cat, sleep, bash] = [
        inBox(bench, captures.reader),
        bench.processes().find((one) => isSleep(one, '3001')),
        inBox(bench, captures.termshell),
      ].map((one) => (one ? inputOf(bench, one) : 'gone'))
      const saw = (cat = '', sleep = '', bash = '') => `cat reads ${cat}; sleep ${sleep}; bash ${bash}`
      const expected = saw(
        'a pipe',
        'its own terminal, fed by nobody',
        'its own terminal, fed by another terminal',
      )
      return {
        ok: saw(cat, sleep, bash) === expected,
        expected,
        saw: saw(cat, sleep, bash),
        why: 'Input without a terminal, a terminal without input, and both: so the one is not the other.',
      }
    },
  },

  built: {
    claims: ['M4', 'M6', 'M7', 'M8'],
    look(bench, captures) {
      const built = bench.process(captures.built ?? '')
      const pid = built !== undefined && isSleep(built, '1001') && apart(bench, built.pid, 1) ? built.pid : 0
      const root = at(bench, pid, '/')
      const data = at(bench, pid, '/data')
      const found = {
        'its own /proc': built !== undefined && findsItself(bench, built),
        '~/image as its root': is(root, at(bench, 1, image)) && isReadOnly(root),
        'nothing above it': nothingAbove(bench, pid) && hostMounts(bench, pid).length === 0,
        '~/data to write': is(data, at(bench, 1, '/root/data')) && !isReadOnly(data),
      }
      const seen = Object.entries(found).flatMap(([name, there]) => (there ? [name] : []))
      return {
        ok: seen.length === 4,
        expected: Object.keys(found).join(', '),
        saw: seen.join(', ') || (built ? 'none of it' : 'no sleep 1001'),
        why: 'The same facts as of the box that you made by hand: the piece has made the same calls.',
      }
    },
  },

  propagation: {
    claims: ['M3', 'M1'],
    look(bench, captures) {
      const careful = bench.shell('careful')?.pid
      const group = rootMount(bench, 1)?.propagation.shared
      const [peer, alone, slave] = [captures.careless, careful, captures.slave].map((who) => {
        const { shared, master } = rootMount(bench, who)?.propagation ?? {}
        if (group === undefined || rootMount(bench, who) === undefined || !apart(bench, who, 1)) return 'none'
        return shared === group ? 'a peer' : shared ? 'shared' : master === group ? 'a slave' : 'private'
      })
      const seen = (who: string | number | undefined) =>
        ['oops', 'quiet', 'inward', 'late'].filter((name) =>
          (who === undefined ? [] : bench.mounts(who)).some(({ source }) => source === name),
        )
      const trees = [1, captures.careless, careful, captures.slave].map((who) => seen(who).join('+'))
      return {
        ok:
          peer === 'a peer' &&
          alone === 'private' &&
          slave === 'a slave' &&
          trees.join() === 'oops+late,oops+late,oops+quiet,oops+inward+late',
        expected: 'a peer, private, a slave; on the host: oops+late',
        saw: `${peer}, ${alone}, ${slave}; on the host: ${trees[0] || 'none of them'}`,
        why: 'The peer’s mount came out, the private one’s stayed in, and the slave got one and gave none.',
      }
    },
  },

  refusals: {
    claims: ['M5'],
    look(bench, captures) {
      const swap = bench.shell('swap')?.pid
      const host = at(bench, 1, '/')
      const stayed = [captures.careless, swap].every((who) => is(at(bench, who, '/'), host))
      const root = rootMount(bench, swap)
      const found = {
        'shared around it': around(bench, captures.careless, image)?.propagation.shared !== undefined,
        'on the root’s mount': root !== undefined && at(bench, swap, '/mnt')?.mount?.id === root.id,
        'not below it': outside(at(bench, swap, '/dev/shm')?.mount, image),
        'no mount point': at(bench, swap, `${image}/usr`)?.mount?.at === image,
      }
      const seen = Object.entries(found).flatMap(([reason, holds]) => (holds ? [reason] : []))
      return {
        ok: stayed && seen.length === 4,
        expected: `no root was moved; in the way: ${Object.keys(found).join(', ')}`,
        saw: `${stayed ? 'no' : 'a'} root was moved; in the way: ${seen.join(', ') || 'nothing to be seen'}`,
        why: 'The kernel had two words for it. The mounts of the two shells tell the four reasons apart.',
      }
    },
  },

  cured: {
    claims: ['M5', 'M4'],
    look(bench, captures) {
      const root = at(bench, captures.careless, '/')
      const moved = is(root, at(bench, 1, image))
      const shared = root?.mount?.propagation.shared !== undefined
      return {
        ok: moved && root?.mount !== undefined && !shared,
        expected: 'its root is ~/image, on a private mount',
        saw: `its root is ${moved ? '~/image' : 'another'}, on a ${shared ? 'shared' : 'private'} mount`,
        why: 'Nothing else was changed: what had been in the way was the propagation.',
      }
    },
  },

  'kept-open': {
    claims: ['M4'],
    look(bench) {
      const late = bench.shell('late')
      const hosts = late ? hostMounts(bench, late.pid).length : 0
      const kept = late && readStat(`${bench.view.proc}/${late.pid}/fd/7`)
      const host = at(bench, 1, '/')
      const reach = kept !== undefined && kept.ino === host?.inode && kept.dev === host.device
      const root = late !== undefined && is(at(bench, late.pid, '/'), at(bench, 1, image))
      return {
        ok: root && hosts === 0 && nothingAbove(bench, late.pid) && reach,
        expected: '0 mounts of the host in its tree, and the host’s root as number 7',
        saw: late
          ? `${hosts} mounts of the host in its tree, and ${reach ? 'the host’s root' : 'something else'} as number 7`
          : 'no shell',
        why: 'Same device, same inode: the way to the host is not in the tree, so no swap of roots can close it.',
      }
    },
  },

  'secret-place': {
    claims: ['M1'],
    look(bench) {
      const there = at(bench, 1, '/srv/secret')
      return task(bench, '2001', 'sleep 2001 finds /srv/secret, the host does not', ({ pid }) => {
        const found = at(bench, pid, '/srv/secret')
        const saw = `sleep 2001 ${found ? 'finds' : 'does not find'} /srv/secret, the host ${there ? 'does, too' : 'does not'}`
        if (there)
          return { saw, lacks: 'The host sees the file: it must lie on a mount that the host has not.' }
        return { saw, lacks: found ? undefined : 'There is no such file for it yet.' }
      })
    },
  },

  'look-only': {
    claims: ['M8'],
    look(bench) {
      const data = at(bench, 1, '/root/data')
      return task(bench, '2002', '~/data at /srv, read-only; writable on the host', ({ pid }) => {
        const srv = at(bench, pid, '/srv')
        const same = is(srv, data)
        const saw = `${same ? '~/data' : 'something else'} at /srv, ${isReadOnly(srv) ? 'read-only' : 'writable'}; ${isReadOnly(data) ? 'read-only' : 'writable'} on the host`
        if (!same) return { saw, lacks: 'What it has at /srv is another directory.' }
        if (isReadOnly(data)) return { saw, lacks: 'Now the host cannot write there either.' }
        return { saw, lacks: isReadOnly(srv) ? undefined : 'It can write there.' }
      })
    },
  },

  'no-way-back': {
    claims: ['M4'],
    look(bench) {
      return task(
        bench,
        '2003',
        '~/image as its root, nothing above it, 0 mounts of the host in its tree',
        ({ pid }) => {
          const root = is(at(bench, pid, '/'), at(bench, 1, image))
          const top = nothingAbove(bench, pid)
          const hosts = hostMounts(bench, pid).length
          const saw = `${root ? '~/image' : 'another directory'} as its root, ${top ? 'nothing' : 'more'} above it, ${hosts} mounts of the host in its tree`
          if (!root) return { saw, lacks: 'Its root is another directory.' }
          if (!top)
            return { saw, lacks: 'The host’s tree is hidden from it, but still there, above its root.' }
          return { saw, lacks: hosts ? 'The host’s old root has not been taken away yet.' : undefined }
        },
      )
    },
  },
})

type Who = string | number | undefined

/** What a path means to a process of the bench. */
function at(bench: Bench, who: Who, path: string): Resolved | undefined {
  return who === undefined ? undefined : resolvePath(bench.view, Number(who), path)
}

const is = sameFile

function apart(bench: Bench, one: Who, other: Who): boolean {
  const [a, b] = [one, other].map((who) => bench.namespaces(who ?? '').mnt)
  return a !== undefined && b !== undefined && !sameNamespace(a, b)
}

function sameTree(bench: Bench, one: Who, other: Who): boolean {
  return sameNamespace(bench.namespaces(one ?? '').mnt, bench.namespaces(other ?? '').mnt)
}

/** Whose mount a process has at a path; `nothing` when the path is no mount point. */
function sourceAt(bench: Bench, who: Who, path: string): string {
  return mountAt(bench.mounts(who ?? ''), path)?.source ?? 'nothing'
}

/** The process that the box knows by a number. */
function inBox(bench: Bench, number: string | undefined): Process | undefined {
  const shell = bench.shell('box')
  const home = shell && bench.namespaces(shell.pid).pid
  return bench
    .processes()
    .find((one) => String(one.nspid.at(-1)) === number && sameNamespace(bench.namespaces(one.pid).pid, home))
}

/**
 * Whether the root of a process is the top of its tree. `..` is stopped by the root of whoever walks, and that is us:
 * so from the root of a chroot it climbs, and from the top it leads to itself.
 */
function nothingAbove(bench: Bench, pid: number): boolean {
  const root = readStat(`${bench.view.proc}/${pid}/root`)
  const above = readStat(`${bench.view.proc}/${pid}/root/..`)
  return root !== undefined && root.dev === above?.dev && root.ino === above.ino
}

/** The mounts in a process's tree that show what the host's root does: after a good swap there is none. */
function hostMounts(bench: Bench, pid: number): Mount[] {
  const host = rootMount(bench, 1)
  return bench.mounts(pid).filter((mount) => mount.device === host?.device && mount.root === host.root)
}

function rootMount(bench: Bench, who: Who): Mount | undefined {
  return at(bench, who, '/')?.mount
}

/** The mount that a mount at this path stands on. */
function around(bench: Bench, who: Who, path: string): Mount | undefined {
  const top = at(bench, who, path)?.mount
  return top?.at === path ? bench.mounts(who ?? '').find(({ id }) => id === top.parent) : undefined
}

function outside(mount: Mount | undefined, path: string): boolean {
  return mount !== undefined && mount.at !== '/' && !`${mount.at}/`.startsWith(`${path}/`)
}

function isReadOnly(place: Resolved | undefined): boolean {
  return place?.mount?.options.includes('ro') ?? false
}

/** What the standard input of a process is, and for a terminal of its own devpts, who feeds it. */
function inputOf(bench: Bench, one: Process): string {
  const input = readStat(`${bench.view.proc}/${one.pid}/fd/0`)
  if (input?.isFIFO()) return 'a pipe'
  const own = at(bench, one.pid, '/dev/pts')
  if (!input?.isCharacterDevice() || own?.mount?.type !== 'devpts' || input.dev !== own.device)
    return 'something else'
  return `its own terminal, fed by ${feederOf(bench, one, own.device)}`
}

/** What whoever made a terminal reads itself, and passes on: `script` is the parent of the program on it. */
function feederOf(bench: Bench, one: Process, devpts: number): string {
  const feeder = readStat(`${bench.view.proc}/${one.ppid}/fd/0`)
  const nothing = at(bench, one.pid, '/dev/null')
  if (!feeder?.isCharacterDevice()) return 'something else'
  if (feeder.ino === nothing?.inode && feeder.dev === nothing.device) return 'nobody'
  // Terminals have the major numbers 136 to 143: admin-guide/devices.txt of the kernel.
  const major = feeder.rdev >> 8
  return major >= 136 && major <= 143 && feeder.dev !== devpts ? 'another terminal' : 'something else'
}

/** The process that another one finds as number 1 in its own `/proc`. */
function seenAsFirst(bench: Bench, pid: number): Process | undefined {
  return process({ proc: `${bench.view.proc}/${pid}/root/proc` }, 1)
}

/** Whether a process 1 reads a `/proc` in which it is the first. */
function findsItself(bench: Bench, one: Process): boolean {
  return one.nspid.at(-1) === 1 && seenAsFirst(bench, one.pid)?.started === one.started
}

/** `MAJOR:MINOR` of the seven nodes a program expects; ptmx is that of its own devpts. */
const nodes: Record<string, string> = {
  null: '1:3',
  zero: '1:5',
  full: '1:7',
  random: '1:8',
  urandom: '1:9',
  tty: '5:0',
  'pts/ptmx': '5:2',
}

/** The furniture that a box has not, in words. */
function lacking(bench: Bench, box: Process): string[] {
  const has = devices(bench.view, box.pid)
  const first = bench
    .processes()
    .find((one) => one.nspid.at(-1) === 1 && sameNamespace(...twoOf(bench, one.pid, box.pid, 'pid')))
  const own = (kind: 'net' | 'ipc') => {
    const [a, b] = twoOf(bench, box.pid, 1, kind)
    return a !== undefined && !sameNamespace(a, b)
  }
  const mounted = (path: string) => at(bench, box.pid, path)?.mount
  const found: Record<string, boolean> = {
    'a /proc of its own': first !== undefined && findsItself(bench, first) && apart(bench, box.pid, 1),
    'a read-only /sys':
      own('net') && mounted('/sys')?.type === 'sysfs' && isReadOnly(at(bench, box.pid, '/sys')),
    ...Object.fromEntries(
      Object.entries(nodes).map(([name, number]) => [
        `/dev/${name}`,
        has.some((node) => node.name === name && `${node.major}:${node.minor}` === number),
      ]),
    ),
    'a small /dev': mounted('/dev')?.type === 'tmpfs' && !has.some(({ kind }) => kind === 'block'),
    '/dev/mqueue': own('ipc') && mounted('/dev/mqueue')?.type === 'mqueue',
    'a read-only /proc/sys': isReadOnly(at(bench, box.pid, '/proc/sys')),
    'a mask on /proc/timer_list': at(bench, box.pid, '/proc/timer_list')?.opens?.minor === 3,
  }
  return Object.entries(found).flatMap(([name, there]) => (there ? [] : [name]))
}

function twoOf(bench: Bench, one: number, other: number, kind: 'pid' | 'net' | 'ipc') {
  return [bench.namespaces(one)[kind], bench.namespaces(other)[kind]] as const
}

function task(bench: Bench, seconds: string, expected: string, look: (one: Process) => Attempt) {
  return anySleep(bench, seconds, { expected, done: 'Done, and nobody else’s tree was touched.' }, look)
}
