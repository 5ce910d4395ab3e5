import {
  type Bench,
  type Captures,
  checks,
  type NamespaceType,
  namespaceTypes,
  type Process,
  parents,
  readStat,
  readText,
  sameNamespace,
} from '../../src/facts/index.ts'
import { anySleep, isSleep } from '../../src/facts/sleeps.ts'

/** A start may take this long before C3 would be in doubt: far more than a slow machine needs, far less than a boot. */
const PATIENCE_MS = 500

export default checks({
  'in-the-table': {
    claims: ['C1'],
    look(bench, captures) {
      const inside = bench.process(captures.inside ?? '')
      const own = inside?.nspid.at(-1)
      return {
        ok: inside !== undefined && isSleep(inside, '1001') && inside.nspid.length > 1,
        expected: 'sleep 1001 in the table of the host',
        saw: inside
          ? `${inside.command.join(' ')}: ${inside.pid} on the host, ${own} in the box`
          : 'no such process',
        why: inside
          ? 'One process, listed by the kernel on both sides: a container is nothing else.'
          : 'The program in the box has ended: start it again.',
      }
    },
  },

  'one-kernel': {
    claims: ['C2'],
    look(bench, captures) {
      const id = 'sys/kernel/random/boot_id'
      const machine = readText(`${bench.machine.proc}/${id}`)?.trim()
      const box = readText(`${bench.view.proc}/${captures.inside}/root/proc/${id}`)?.trim()
      const ok = machine !== undefined && machine === box && machine === captures.boot
      return {
        ok,
        expected: `boot id ${short(machine)} on the machine, on the host and in the box`,
        saw: `boot id ${short(machine)} on the machine, ${short(captures.boot)} on the host, ${short(box)} in the box`,
        why: ok
          ? 'A kernel draws this number once, when it starts: equal numbers are one and the same running kernel.'
          : 'One of the three could not be read, or is another kernel.',
      }
    },
  },

  milliseconds: {
    claims: ['C3'],
    look(bench, captures) {
      const times = (bench.read('/root/starts') ?? '').split('\n').filter(Boolean).map(Number)
      const median = (times[times.length >> 1] ?? Number.NaN) / 1000
      const first = firstOf(bench, captures.inside)
      const maker = first && bench.process(first.ppid)
      // The kernel's own record of both births, in hundredths of a second.
      const apart = first && maker ? (first.started - maker.started) * 10 : Number.NaN
      const ok =
        times.length === 9 && times.every((time) => time > 0) && median < PATIENCE_MS && apart < PATIENCE_MS
      return {
        ok,
        expected: `a median under ${PATIENCE_MS} ms, process 1 of the box born within ${PATIENCE_MS} ms`,
        saw: `a median of ${ms(median)}, process 1 of the box born within ${ms(apart + 10)}`,
        why: ok
          ? 'Nine whole lives of a container, and the births the kernel wrote down: there was no time to boot anything.'
          : 'The file ~/starts does not hold nine short times, or the box is gone.',
      }
    },
  },

  'own-root': {
    claims: ['C4'],
    look(bench, captures) {
      const jailed = bench.process(captures.jailed ?? '')
      const child = bench.process(captures.child ?? '')
      const related = child !== undefined && child.ppid === jailed?.pid
      const roots = [captures.jailed, captures.child, captures.shell].map((pid) => rootOf(bench, pid))
      const ok = related && roots.join() === '/root/jail,/root/jail,/'
      return {
        ok,
        expected: '/ means /root/jail for the shell and its child, and / for you',
        saw: `/ means ${roots[0]} for the shell, ${roots[1]} for its child, and ${roots[2]} for you`,
        why: ok
          ? "The kernel keeps one root for each process, and the child got a copy of its parent's."
          : 'The shell in the jail or its child has another root, or has ended.',
      }
    },
  },

  'walked-out': {
    claims: ['C5'],
    look(bench, captures) {
      const escaped = bench.process(captures.escaped ?? '')
      const root = rootOf(bench, captures.escaped)
      const parent = rootOf(bench, escaped && String(escaped.ppid))
      const ok = root === '/' && parent === '/root/jail'
      return {
        ok,
        expected: "the shell has the host's / and its parent has /root/jail",
        saw: `the shell has ${root} and its parent has ${parent}`,
        why: ok
          ? "A child gets its parent's root, so this one began in the jail and left it by itself."
          : 'The shell has not left the jail, or has ended.',
      }
    },
  },

  'shared-and-not': {
    claims: ['C6'],
    look(bench, captures) {
      const host = bench.namespaces(captures.shell ?? '')
      const box = bench.namespaces(captures.inside ?? '')
      const say = (kind: 'user' | 'uts') => `${kind} ${host[kind]?.inode} and ${box[kind]?.inode}`
      const ok =
        sameNamespace(host.user, box.user) &&
        host.uts !== undefined &&
        box.uts !== undefined &&
        !sameNamespace(host.uts, box.uts) &&
        // The links that were read are these namespaces.
        captures.hostuts === String(host.uts.inode) &&
        captures.boxuts === String(box.uts.inode)
      return {
        ok,
        expected: 'user equal, uts different',
        saw: `${say('user')}, ${say('uts')}`,
        why: ok
          ? 'The name you gave the box did not reach the host, because these two point at different uts namespaces.'
          : 'One of the two processes has ended, or shares more or less than the box did.',
      }
    },
  },

  moved: {
    claims: ['C7'],
    look(bench, captures) {
      const now = bench.namespaces(captures.mover ?? '').uts?.inode
      const host = bench.namespaces(captures.shell ?? '').uts?.inode
      const ok =
        now !== undefined &&
        String(now) === captures['uts-after'] &&
        now !== host &&
        String(host) === captures['uts-before']
      return {
        ok,
        expected: `process ${captures.mover} in uts ${captures['uts-before']} first, in another one now`,
        saw: `process ${captures.mover} in uts ${captures['uts-before']} first, in ${now ?? 'none'} now`,
        why: ok
          ? 'Nobody was born: unshare(2) made a namespace and moved its caller there.'
          : 'The shell of the terminal mover has not moved, or has ended.',
      }
    },
  },

  joined: {
    claims: ['C7'],
    look(bench, captures) {
      const hosts = kindsOf(bench, captures.joined, captures.shell)
      const boxs = kindsOf(bench, captures.joined, captures.inside).filter((kind) => !hosts.includes(kind))
      const others = kindsOf(bench, captures.shell, captures.shell).length - 1
      const ok = boxs.join() === 'uts' && hosts.length === others
      return {
        ok,
        expected: `uts of the box, ${others} others of the host`,
        saw: `${list(boxs)} of the box, ${hosts.length} others of the host`,
        why: ok
          ? 'The namespace had been made before, by somebody else: setns(2) brought this process in.'
          : "No process of the host lives in the box's uts and in nothing else of it.",
      }
    },
  },

  'born-elsewhere': {
    claims: ['C7'],
    look(bench, captures) {
      const family = parents(bench.processes(), Number(captures.born)).map((one) => String(one.pid))
      const host = bench.namespaces(captures.shell ?? '').uts
      const launcher = bench.namespaces(captures.launcher ?? '').uts
      const born = bench.namespaces(captures.born ?? '').uts
      const ok =
        family.includes(captures.launcher ?? '') &&
        sameNamespace(host, launcher) &&
        born !== undefined &&
        !sameNamespace(born, launcher)
      return {
        ok,
        expected: `launcher in uts ${host?.inode}, its child in another`,
        saw: `launcher in uts ${launcher?.inode ?? 'none'}, its child in ${born?.inode ?? 'none'}`,
        why: ok
          ? 'The parent never left, so the child got its namespace with its birth: from clone(2).'
          : 'There is no launcher on the host with a child in another uts.',
      }
    },
  },

  'shared-by-all': {
    claims: ['C8'],
    look(bench, captures) {
      const swappiness = readText(`${bench.machine.proc}/sys/vm/swappiness`)?.trim()
      const inBox = readText(`${bench.view.proc}/${captures.inside}/root/proc/sys/vm/swappiness`)?.trim()
      const box = bench.namespaces(captures.inside ?? '')
      const host = bench.namespaces(captures.shell ?? '')
      const covered = box.uts !== undefined && !sameNamespace(box.uts, host.uts)
      const root = bench.ids(captures.inside ?? '')?.capabilities.effective ?? []
      const ok =
        covered &&
        captures.hostname !== 'box' &&
        swappiness !== undefined &&
        swappiness === inBox &&
        swappiness === captures.swappiness &&
        root.some((name) => name.toUpperCase().endsWith('SYS_TIME'))
      return {
        ok,
        expected: `a uts of its own, and the machine's swappiness of ${swappiness}`,
        saw: `${covered ? 'a uts of its own' : 'no uts of its own'}, and a swappiness of ${inBox}`,
        why: ok
          ? 'One setting follows a namespace, the other has none to follow; even all capabilities of the box did not move the clock.'
          : "The box has ended, or its settings are not the machine's.",
      }
    },
  },

  'own-name': {
    claims: ['C7'],
    look(bench, captures) {
      return look(
        bench,
        '2001',
        (one) => places(bench, captures, one),
        'uts of its own, all others of the host',
        (at) => {
          if (at.own.join() === 'uts' && !at.box.length) return undefined
          if (!at.own.includes('uts')) return 'Its uts namespace is not a new one yet.'
          return 'It has more of its own than was asked for.'
        },
      )
    },
  },

  'two-at-once': {
    claims: ['C7'],
    look(bench, captures) {
      return look(
        bench,
        '2002',
        (one) => places(bench, captures, one),
        'net, ipc of the box, all others of the host',
        (at) => {
          if (at.box.join() === 'net,ipc' && !at.own.length) return undefined
          if (at.own.length)
            return "It has a namespace that is neither the host's nor the box's: join, do not make."
          if (!at.box.includes('net') || !at.box.includes('ipc'))
            return 'It has not joined both net and ipc of the box.'
          return 'It has joined more of the box than was asked for.'
        },
      )
    },
  },

  'own-jail': {
    claims: ['C4'],
    look(bench) {
      const found = bench.processes().filter((one) => isSleep(one, '2003'))
      const roots = found.map((one) => rootOf(bench, String(one.pid)))
      const ok = roots.includes('/root/cell')
      return {
        ok,
        expected: 'sleep 2003 with /root/cell as its /',
        saw: found.length ? `sleep 2003 with ${roots.at(-1)} as its /` : 'no sleep 2003',
        why: ok
          ? 'What it calls / is the directory you filled.'
          : found.length
            ? 'It runs, but its root is another directory.'
            : 'Nothing of that name is running. A program needs its libraries below the new root, too.',
      }
    },
  },
})

/** The process 1 of the PID namespace that a process lives in. */
function firstOf(bench: Bench, pid: string | undefined): Process | undefined {
  const home = bench.namespaces(pid ?? '').pid
  return bench
    .processes()
    .find((one) => one.nspid.at(-1) === 1 && sameNamespace(bench.namespaces(one.pid).pid, home))
}

/** What a process takes for `/`, among the directories of this lesson: by device and inode, not by name. */
function rootOf(bench: Bench, pid: string | undefined): string {
  const root = pid && readStat(`${bench.view.proc}/${pid}/root`)
  if (!root) return 'nothing'
  const known = ['', '/root/jail', '/root/cell'].find((path) => {
    const place = readStat(`${bench.view.proc}/1/root${path}`)
    return place?.dev === root.dev && place.ino === root.ino
  })
  return known === undefined ? 'another directory' : known || '/'
}

/** The kinds of namespaces that two processes share. */
function kindsOf(bench: Bench, one: string | undefined, other: string | undefined): NamespaceType[] {
  const [a, b] = [bench.namespaces(one ?? ''), bench.namespaces(other ?? '')]
  return namespaceTypes.filter((kind) => sameNamespace(a[kind], b[kind]))
}

interface Places {
  /** Kinds that are neither the host's nor the box's. */
  own: NamespaceType[]
  /** Kinds that are the box's and not the host's. */
  box: NamespaceType[]
}

function places(bench: Bench, captures: Captures, pid: number): Places {
  const hosts = kindsOf(bench, String(pid), captures.shell)
  const boxs = kindsOf(bench, String(pid), captures.inside)
  const known = bench.namespaces(pid)
  return {
    own: namespaceTypes.filter((kind) => known[kind] && !hosts.includes(kind) && !boxs.includes(kind)),
    box: boxs.filter((kind) => !hosts.includes(kind)),
  }
}

/** A task's check: where its sleep is, by whose namespaces it has. */
function look(
  bench: Bench,
  seconds: string,
  placesOf: (pid: number) => Places,
  expected: string,
  missing: (at: Places) => string | undefined,
) {
  return anySleep(bench, seconds, { expected, done: 'Each namespace is a choice of its own.' }, ({ pid }) => {
    const at = placesOf(pid)
    const parts = [
      ...(at.own.length ? [`${list(at.own)} of its own`] : []),
      ...(at.box.length ? [`${list(at.box)} of the box`] : []),
    ]
    return {
      saw: parts.length ? `${parts.join(', ')}, all others of the host` : 'all of the host',
      lacks: missing(at),
    }
  })
}

function ms(time: number): string {
  return Number.isNaN(time) ? 'unknown' : `${time.toFixed(time < 10 ? 1 : 0)} ms`
}

function list(kinds: NamespaceType[]): string {
  return kinds.join(', ') || 'none'
}

function short(id: string | undefined): string {
  return id?.slice(0, 8) ?? 'unknown'
}
