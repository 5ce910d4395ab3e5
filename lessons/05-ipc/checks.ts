import {
  type Bench,
  checks,
  type IpcFacts,
  ipc,
  type NamespaceType,
  type Process,
  posixQueues,
  sameNamespace,
} from '../../src/facts/index.ts'
import { readStat, readText } from '../../src/facts/read.ts'
import { isSleep } from '../../src/facts/sleeps.ts'

/** A queue that touch(1) makes has room for ten messages of 8192 bytes; the kernel adds a little of its own. */
const QUEUE_BYTES = 10 * 8192

export default checks({
  'not-with-pid': {
    claims: ['I4'],
    async look(bench) {
      const box = bench.shell('box')
      const objects = box && (await ipc(bench.view, box.pid))
      const seen = has(objects, 1111)
      const ok = own(bench, box, 'pid') && !own(bench, box, 'ipc') && seen
      return {
        ok,
        expected: "its own pid, the host's ipc, the memory of 1111 bytes in sight",
        saw: `${whose(bench, box, 'pid')} pid, ${whose(bench, box, 'ipc')} ipc, the memory of 1111 bytes ${seen ? 'in sight' : 'out of sight'}`,
        why: ok
          ? 'If the PID namespace brought it along, there would be nothing to see.'
          : 'The box is not there, or the memory of the host is gone.',
      }
    },
  },

  'own-objects': {
    claims: ['I1'],
    async look(bench) {
      const { host, box } = await both(bench)
      const ok =
        own(bench, bench.shell('box'), 'ipc') &&
        amounts(box) === '1, 1, 1' &&
        has(box, 2222) &&
        amounts(host) === '1, 0, 0' &&
        has(host, 1111)
      return {
        ok,
        expected: 'memory, semaphores, queues: 1, 1, 1 in the box and 1, 0, 0 on the host',
        saw: `memory, semaphores, queues: ${amounts(box)} in the box and ${amounts(host)} on the host`,
        why: ok
          ? "Both lists are the kernel's own, read on either side: no object stands in both."
          : 'One side has more or fewer objects than the steps have made.',
      }
    },
  },

  'same-id': {
    claims: ['I3'],
    async look(bench, captures) {
      const { host, box } = await both(bench)
      const bytes = (facts: IpcFacts | undefined) =>
        facts?.segments.find(({ id }) => String(id) === captures.segment)?.bytes
      const ok = bytes(host) === 1111 && bytes(box) === 2222
      return {
        ok,
        expected: `id ${captures.segment} has 1111 bytes on the host and 2222 in the box`,
        saw: `id ${captures.segment} has ${bytes(host) ?? 'no'} bytes on the host and ${bytes(box) ?? 'no'} in the box`,
        why: ok
          ? 'One number, two objects: an id is complete only together with its namespace.'
          : 'That id does not name an object on both sides.',
      }
    },
  },

  'not-with-ipc': {
    claims: ['I4'],
    async look(bench) {
      const post = bench.shell('post')
      const objects = post && (await ipc(bench.view, post.pid))
      const none = objects !== undefined && amounts(objects) === '0, 0, 0'
      const ok = own(bench, post, 'ipc') && !own(bench, post, 'pid') && none
      return {
        ok,
        expected: "its own ipc, the host's pid, no objects in sight",
        saw: `${whose(bench, post, 'ipc')} ipc, ${whose(bench, post, 'pid')} pid, ${none ? 'no' : 'some'} objects in sight`,
        why: ok
          ? 'Neither of the two namespaces brings the other along.'
          : 'The shell in the terminal post has other namespaces than that.',
      }
    },
  },

  'old-window': {
    claims: ['I2'],
    look(bench) {
      const post = bench.shell('post')
      const seen = post && names(bench, post.pid)
      const ok = own(bench, post, 'ipc') && seen === 'orders' && names(bench, 1) === 'orders'
      return {
        ok,
        expected: 'its own ipc, and orders in /dev/mqueue',
        saw: `${whose(bench, post, 'ipc')} ipc, and ${seen ?? 'nothing'} in /dev/mqueue`,
        why: ok
          ? 'The mount is older than the namespace, and goes on showing the one it was made in.'
          : 'There is no queue of the host to be seen there.',
      }
    },
  },

  'own-queues': {
    claims: ['I2'],
    look(bench) {
      const post = bench.shell('post')
      const [theirs, hosts] = [post && names(bench, post.pid), names(bench, 1)]
      const ok = own(bench, post, 'ipc') && theirs === 'bills' && hosts === 'orders'
      return {
        ok,
        expected: 'bills in post, orders on the host',
        saw: `${theirs ?? 'no mount'} in post, ${hosts ?? 'no mount'} on the host`,
        why: ok
          ? 'A fresh mount shows the namespace of whoever mounts it, and the queues are kept apart.'
          : 'One of the two sees other queues than the steps have made.',
      }
    },
  },

  outlives: {
    claims: ['I5'],
    async look(bench) {
      const host = await ipc(bench.view, 1)
      const left = host?.segments.find(({ bytes }) => bytes === 1111)
      const creator = left && bench.process(left.creator)
      const ok = left !== undefined && left.creator > 0 && !creator && left.attached === 0
      return {
        ok,
        expected: 'the memory is there, its maker is gone, nobody uses it',
        saw: `the memory is ${left ? 'there' : 'gone'}, its maker ${creator ? `is ${creator.name}` : 'is gone'}, ${left?.attached || 'nobody'} uses it`,
        why: ok
          ? `The kernel still notes that process ${left.creator} made it. The object is the namespace's, not the process's.`
          : 'The memory is gone, or somebody has it in use.',
      }
    },
  },

  freed: {
    claims: ['I5'],
    look(bench, captures) {
      const now = posixQueues(bench.view, 1)?.length ?? 0
      const then = Number(captures.full)
      const room = Math.floor(limitOf(bench, bench.shell('host')?.pid) / QUEUE_BYTES)
      // All that the host has now and all that the other namespace had are more than one user may have.
      const ok = then > 0 && now > then && now + then > room
      return {
        ok,
        expected: `more than ${then} queues on the host, and room for ${room} in all`,
        saw: `${now} queues on the host, and room for ${room} in all`,
        why: ok
          ? `With the ${then} of the other namespace it would be too many: those are freed.`
          : 'The host does not have its queues yet.',
      }
    },
  },

  built: {
    claims: ['I1'],
    async look(bench, captures) {
      const built = bench.process(captures.built ?? '')
      const [inside, host] = await Promise.all([built && ipc(bench.view, built.pid), ipc(bench.view, 1)])
      const ok =
        built !== undefined &&
        isSleep(built, '1001') &&
        own(bench, built, 'ipc') &&
        amounts(inside) === '0, 0, 0' &&
        has(host, 1111)
      return {
        ok,
        expected: 'no objects in the box, 1 on the host',
        saw: `${built ? (total(inside) ?? 'unknown') || 'no' : 'no box and no'} objects in the box, ${total(host) ?? 'unknown'} on the host`,
        why: ok
          ? 'The flag of the piece was enough: the namespace was new, and so it was empty.'
          : 'The box is gone, or has no IPC namespace of its own.',
      }
    },
  },

  'shared-shm': {
    claims: ['I6'],
    look(bench) {
      const box = bench.shell('box')
      const shared = box !== undefined && sameDirectory(bench, box.pid)
      const ok = own(bench, box, 'ipc') && shared && bench.read('/dev/shm/note')?.trim() === 'secret'
      return {
        ok,
        expected: "its own ipc, and the host's /dev/shm",
        saw: `${whose(bench, box, 'ipc')} ipc, and ${shared ? "the host's" : 'its own'} /dev/shm`,
        why: ok
          ? 'Same device, same inode: one directory, whatever the IPC namespace is.'
          : 'The box is gone, or has another /dev/shm already.',
      }
    },
  },

  'own-shm': {
    claims: ['I6'],
    look(bench) {
      const box = bench.shell('box')
      const apart = box !== undefined && !sameDirectory(bench, box.pid)
      const still = bench.read('/dev/shm/note')?.trim() === 'secret'
      const ok = own(bench, box, 'ipc') && own(bench, box, 'mnt') && apart && still
      return {
        ok,
        expected: "its own /dev/shm, the note in the host's",
        saw: `${apart ? 'its own' : "the host's"} /dev/shm, ${still ? "the note in the host's" : 'no note on the host'}`,
        why: ok
          ? 'The IPC namespace is the same as before. What changed was a mount.'
          : "Nothing is mounted on the box's /dev/shm yet, or the host's note is gone.",
      }
    },
  },

  seats: {
    claims: ['I1'],
    async look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2001'))
      const apart = tries.filter((one) => own(bench, one, 'ipc'))
      const sets = await Promise.all(apart.map(async (one) => (await ipc(bench.view, one.pid))?.semaphores))
      const sizes = (sets.at(-1) ?? []).map(({ semaphores }) => semaphores)
      const ok = sets.some((list) => list?.some(({ semaphores }) => semaphores === 5))
      return {
        ok,
        expected: 'sleep 2001 with its own ipc and a set of 5',
        saw: !tries.length
          ? 'no sleep 2001'
          : apart.length
            ? `sleep 2001 with its own ipc and ${sizes.length ? `a set of ${sizes.join(' and ')}` : 'no set'}`
            : "sleep 2001 with the host's ipc",
        why: ok
          ? 'The maker has ended. The set lives as long as somebody is in its namespace.'
          : !tries.length
            ? 'Nothing of that name is running.'
            : apart.length
              ? 'Its namespace does not hold the set: it has to be made inside.'
              : 'It shares its IPC namespace with the host.',
      }
    },
  },

  'other-half': {
    claims: ['I6', 'I4'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2002'))
      const good = (one: Process) => !own(bench, one, 'ipc') && ownTmpfs(bench, one.pid)
      const shown = tries.find(good) ?? tries.at(-1)
      const host = bench.mounts(1).filter(({ at }) => at === '/dev/shm').length
      const ok = shown !== undefined && good(shown) && host === 1
      return {
        ok,
        expected: "sleep 2002 with the host's ipc and its own /dev/shm",
        saw: shown
          ? `sleep 2002 with ${whose(bench, shown, 'ipc')} ipc and ${sameDirectory(bench, shown.pid) ? "the host's" : 'its own'} /dev/shm`
          : 'no sleep 2002',
        why: ok
          ? 'The two are independent: you have taken the half that others forget.'
          : host > 1
            ? "Something is mounted on the host's /dev/shm: take that away first."
            : !shown
              ? 'Nothing of that name is running.'
              : own(bench, shown, 'ipc')
                ? 'It has an IPC namespace of its own, which was not asked for.'
                : 'Its /dev/shm is not a memory file system of its own.',
      }
    },
  },

  letters: {
    claims: ['I2'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2003'))
      const hosts = (names(bench, 1) ?? '').split(', ').includes('letters')
      const sees = (one: Process) => (names(bench, one.pid) ?? '').split(', ').includes('letters')
      const shown = tries.find((one) => own(bench, one, 'ipc') && sees(one)) ?? tries.at(-1)
      const ok = shown !== undefined && own(bench, shown, 'ipc') && sees(shown) && !hosts
      return {
        ok,
        expected: 'sleep 2003 with its own ipc and letters, the host without',
        saw: shown
          ? `sleep 2003 with ${whose(bench, shown, 'ipc')} ipc and ${sees(shown) ? 'letters' : 'no letters'}, the host ${hosts ? 'with them' : 'without'}`
          : 'no sleep 2003',
        why: ok
          ? 'A queue in the one namespace, and a window to it in the other.'
          : !shown
            ? 'Nothing of that name is running.'
            : hosts
              ? 'The queue lies in the namespace of the host: that is what its window shows.'
              : own(bench, shown, 'ipc')
                ? 'It does not see such a queue. Does it look through a window of its own?'
                : 'It shares its IPC namespace with the host.',
      }
    },
  },
})

async function both(bench: Bench): Promise<{ host?: IpcFacts; box?: IpcFacts }> {
  const shell = bench.shell('box')
  const [host, box] = await Promise.all([ipc(bench.view, 1), shell && ipc(bench.view, shell.pid)])
  return { host, box }
}

/** Whether a process has another namespace of this kind than the host. */
function own(bench: Bench, one: Process | undefined, kind: NamespaceType): boolean {
  const theirs = one && bench.namespaces(one.pid)[kind]
  return theirs !== undefined && !sameNamespace(theirs, bench.namespaces(1)[kind])
}

function whose(bench: Bench, one: Process | undefined, kind: NamespaceType): string {
  return one === undefined ? "nobody's" : own(bench, one, kind) ? 'its own' : "the host's"
}

function has(facts: IpcFacts | undefined, bytes: number): boolean {
  return facts?.segments.some((segment) => segment.bytes === bytes) ?? false
}

/** `1, 0, 2`: pieces of memory, sets of semaphores, queues. */
function amounts(facts: IpcFacts | undefined): string {
  return facts
    ? [facts.segments, facts.semaphores, facts.queues].map((list) => list.length).join(', ')
    : 'unknown'
}

function total(facts: IpcFacts | undefined): number | undefined {
  return facts && facts.segments.length + facts.semaphores.length + facts.queues.length
}

/** The POSIX queues that a process sees in its /dev/mqueue. */
function names(bench: Bench, pid: number): string | undefined {
  return posixQueues(bench.view, pid)
    ?.map(({ name }) => name)
    .join(', ')
}

/** Whether a process has the host's /dev/shm: by device and inode, not by name. */
function sameDirectory(bench: Bench, pid: number): boolean {
  const [one, other] = [pid, 1].map((who) => readStat(`${bench.view.proc}/${who}/root/dev/shm`))
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino
}

function ownTmpfs(bench: Bench, pid: number): boolean {
  const shm = bench.mounts(pid).findLast(({ at }) => at === '/dev/shm')
  return shm?.type === 'tmpfs' && !sameDirectory(bench, pid)
}

/** How many bytes of POSIX queues the user of a process may have. */
function limitOf(bench: Bench, pid: number | undefined): number {
  const limits = readText(`${bench.view.proc}/${pid}/limits`) ?? ''
  return Number(/^Max msgqueue size\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
}
