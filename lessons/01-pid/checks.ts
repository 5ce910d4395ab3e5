import {
  type Bench,
  type Captures,
  checks,
  children,
  type Process,
  process,
  readText,
  sameNamespace,
} from '../../src/facts/index.ts'
import { isSleep } from '../../src/facts/sleeps.ts'

export default checks({
  first: {
    claims: ['P1'],
    look(bench) {
      const shell = bench.shell('box')
      return {
        ok: shell !== undefined && isFirst(shell) && apart(bench, shell.pid, 1),
        expected: 'the shell is number 1 in a namespace of its own',
        saw: shell ? `the shell is number ${numbers(shell)}` : 'no shell in the box',
        why: shell
          ? "The kernel began to count anew: this namespace has a process 1, and it is not the host's."
          : 'The terminal box has no shell: start it again.',
      }
    },
  },

  'same-number': {
    claims: ['P2', 'P1'],
    look(bench) {
      const host = bench.process(1)
      const box = seenBy(bench, bench.shell('box')?.pid, 1)
      const ok = host !== undefined && box !== undefined && !same(host, box)
      return {
        ok,
        expected: 'number 1 is cooper-init on the host, bash in the box',
        saw: `number 1 is ${host?.name ?? 'nobody'} on the host, ${box?.name ?? 'nobody'} in the box`,
        why: ok
          ? 'Two processes, born at different times, answer to one number, each in its own namespace.'
          : 'Number 1 must name somebody on both sides: is the shell in the box still there?',
      }
    },
  },

  'two-numbers': {
    claims: ['P4'],
    look(bench, captures) {
      const inside = bench.process(captures.outside ?? '')
      const wanted = `${captures.outside} ${captures.inside}`
      const ok = inside !== undefined && isSleep(inside, '1001') && inside.nspid.join(' ') === wanted
      return {
        ok,
        expected: `sleep 1001 is ${captures.outside} on the host, ${captures.inside} inside`,
        saw: inside ? `${inside.command.join(' ')} is ${numbers(inside)}` : 'no such process',
        why: ok
          ? "One process with a number on each floor: the host's namespace holds the box's."
          : 'The program in the box has ended: start it again.',
      }
    },
  },

  'one-way': {
    claims: ['P3'],
    look(bench, captures) {
      const target = alive(bench, captures.target, '1002')
      const inside = alive(bench, captures.outside, '1001')
      const box = bench.shell('box')
      // The box must still stand: else its process would have gone with it.
      const ok = target && !inside && box !== undefined && isFirst(box)
      return {
        ok,
        expected: 'sleep 1002 on the host lives, sleep 1001 in the box is gone',
        saw: `sleep 1002 on the host ${target ? 'lives' : 'is gone'}, sleep 1001 in the box ${inside ? 'lives' : 'is gone'}`,
        why: ok
          ? "Both got the same order to die; only the host could name the other side's process."
          : 'The one on the host must live, the one in the box must be gone, and the box must stand.',
      }
    },
  },

  'stale-proc': {
    claims: ['P5'],
    look(bench, captures) {
      const [stale, box] = [bench.shell('stale'), bench.process(captures.boxshell ?? '')]
      const [there, here] = [seenBy(bench, stale?.pid, 1), seenBy(bench, box?.pid, 1)]
      const ok =
        stale !== undefined &&
        box !== undefined &&
        isFirst(stale) &&
        same(there, bench.process(1)) &&
        same(here, box)
      return {
        ok,
        expected: '/proc/1 is cooper-init without a fresh mount, bash with one',
        saw: `/proc/1 is ${there?.name ?? 'nobody'} without a fresh mount, ${here?.name ?? 'nobody'} with one`,
        why: ok
          ? 'Both shells are process 1 of their namespace; only the one with a fresh /proc finds itself there.'
          : 'Both shells must be process 1, one with a fresh /proc and one without.',
      }
    },
  },

  protected: {
    claims: ['P7'],
    look(bench, captures) {
      const first = bench.process(captures.first ?? '')
      const control = alive(bench, captures.control, '1004')
      const bare = first !== undefined && !handles(bench, first.pid, 15)
      const ok = first !== undefined && isSleep(first, '1003') && isFirst(first) && bare && !control
      return {
        ok,
        expected: 'process 1 lives and the ordinary one is gone',
        saw: `process 1 ${first ? 'lives' : 'is gone'} and the ordinary one ${control ? 'lives' : 'is gone'}`,
        why: ok
          ? 'Neither has a handler for SIGTERM; it ended the one and did not reach the other, which is process 1.'
          : 'Process 1 must live, without a handler, and the ordinary one must be gone.',
      }
    },
  },

  stopped: {
    claims: ['P7'],
    look(bench, captures) {
      const first = bench.process(captures.first ?? '')
      const ok = first !== undefined && isFirst(first) && first.state === 'T'
      return {
        ok,
        expected: 'process 1 is in state T',
        saw: first ? `process 1 is in state ${first.state}` : 'process 1 is gone',
        why: ok
          ? 'The same process that no SIGTERM reached obeyed a SIGSTOP from the parent namespace.'
          : 'Process 1 has not been halted, or has gone on.',
      }
    },
  },

  adopted: {
    claims: ['P8'],
    look(bench, captures) {
      const orphan = bench.processes().find((one) => isSleep(one, '1005'))
      const parent = orphan && bench.process(orphan.ppid)
      const ok = parent !== undefined && String(parent.pid) === captures.boxshell && isFirst(parent)
      return {
        ok,
        expected: 'the parent of sleep 1005 is process 1 of the box',
        saw: parent
          ? `the parent of sleep 1005 is process ${parent.nspid.at(-1)} of the box`
          : 'there is no sleep 1005',
        why: ok
          ? 'The shell that started it is gone, and the kernel has chosen process 1.'
          : 'The orphan has another parent, or has ended.',
      }
    },
  },

  zombie: {
    claims: ['P8'],
    look(bench, captures) {
      const list = bench.processes()
      const left = (pid: string | undefined) => {
        return children(list, Number(pid)).filter((one) => one.state === 'Z')
      }
      const [sleeps, shells] = [left(captures.first), left(captures.boxshell)]
      const ok = sleeps.some((one) => String(one.pid) === captures.zombie) && shells.length === 0
      return {
        ok,
        expected: '1 zombie under sleep, 0 under the shell',
        saw: `${sleeps.length} ${sleeps.length === 1 ? 'zombie' : 'zombies'} under sleep, ${shells.length} under the shell`,
        why: ok
          ? 'Both were given an orphan that ended; only the shell asked how it ended.'
          : 'There must be a zombie under sleep, and none under the shell.',
      }
    },
  },

  'all-gone': {
    claims: ['P9'],
    look(bench, captures) {
      const first = alive(bench, captures.first, '1003')
      const guest = alive(bench, captures.guest, '1006')
      const members = bench
        .processes()
        .filter((one) => String(bench.namespaces(one.pid).pid?.inode) === captures.doomed)
      const ok = Boolean(captures.guest && captures.doomed) && !first && !guest && members.length === 0
      return {
        ok,
        expected: 'process 1 is gone, the guest is gone, nobody left in their namespace',
        saw: `process 1 ${first ? 'lives' : 'is gone'}, the guest ${guest ? 'lives' : 'is gone'}, ${members.length || 'nobody'} left in their namespace`,
        why: ok
          ? 'You aimed at one process only; the other was no child of it, and the kernel ended it all the same.'
          : 'Somebody is left.',
      }
    },
  },

  'two-users': {
    claims: ['P10'],
    look(bench, captures) {
      const believes = bench.ids(captures.stranger ?? '')?.uidMap[0]?.inside
      const [host, box, stranger] = [captures.shell, captures.boxshell, captures.stranger].map((pid) =>
        bench.namespaces(pid ?? ''),
      )
      const shared = sameNamespace(stranger?.pid, host?.pid)
      const spread = sameNamespace(box?.user, host?.user) && !sameNamespace(box?.pid, host?.pid)
      const ok = believes === 1234 && !sameNamespace(stranger?.user, host?.user) && shared && spread
      return {
        ok,
        expected: 'users 1234 and root in one PID namespace, root in two',
        saw: `users ${believes ?? 'none'} and root in ${shared ? 'one PID namespace' : 'two'}, root in ${spread ? 'two' : 'one'}`,
        why: ok
          ? 'If PID namespaces separated users, neither of the two could be.'
          : 'The stranger has ended, or does not share your PID namespace.',
      }
    },
  },

  built: {
    claims: ['P1'],
    look(bench, captures) {
      const built = bench.process(captures.built ?? '')
      const ok = built !== undefined && isSleep(built, '1008') && isFirst(built) && apart(bench, built.pid, 1)
      return {
        ok,
        expected: 'sleep 1008 is number 1 in a namespace of its own',
        saw: built ? `${built.command.join(' ')} is number ${numbers(built)}` : 'no sleep 1008',
        why: ok
          ? 'The flag of the piece was enough: the kernel gave this child number 1 at its birth.'
          : 'The process is not number 1 of its own namespace.',
      }
    },
  },

  'children-moved': {
    claims: ['P6'],
    look(bench, captures) {
      const own = bench.namespaces(captures.unforked ?? '')
      const child = bench.process(captures.firstborn ?? '')
      const stayed = sameNamespace(own.pid, bench.namespaces(1).pid)
      const moved =
        child !== undefined &&
        isFirst(child) &&
        sameNamespace(own.pid_for_children, bench.namespaces(child.pid).pid) &&
        apart(bench, child.pid, 1)
      const ok = stayed && moved
      return {
        ok,
        expected: "the shell in the host's namespace, its child in another",
        saw: `the shell in ${stayed ? "the host's namespace" : 'another'}, its child in ${moved ? 'another' : 'the same, or gone'}`,
        why: ok
          ? 'The shell called unshare(2) and kept its namespace; what changed is where its children are born.'
          : 'The shell must be where it was, and its child must live elsewhere.',
      }
    },
  },

  'two-names': {
    claims: ['P4'],
    look(bench, captures) {
      const answer = bench.read('/root/answer')?.trim()
      const sleeps = bench.processes().filter((one) => {
        return isSleep(one, '2001') && !apart(bench, one.pid, Number(captures.boxshell))
      })
      const found = sleeps.find((one) => String(one.pid) === answer)
      const inner = sleeps.some((one) => String(one.nspid.at(-1)) === answer)
      return {
        ok: found !== undefined,
        expected: 'sleep 2001 in the box, its number on the host in ~/answer',
        saw: `${sleeps.length ? 'sleep 2001' : 'no sleep 2001'} in the box, ${answer ? `"${answer.replace(/\s+/g, ' ').slice(0, 20)}"` : 'nothing'} in ~/answer`,
        why: found
          ? `The box calls it ${found.nspid.at(-1)}. Both numbers are right, each on its side.`
          : !sleeps.length
            ? 'The box has no such process yet.'
            : inner
              ? 'That is the number the box knows it by. The host has another.'
              : 'It is running; now the file has to hold the number that the host knows it by, and nothing else.',
      }
    },
  },

  'three-floors': {
    claims: ['P4', 'P1'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2002'))
      const found = tries.find((one) => one.nspid.length === 3 && isFirst(one))
      const shown = found ?? tries.at(-1)
      return {
        ok: found !== undefined,
        expected: 'sleep 2002 with three numbers, the last of them 1',
        saw: shown ? `sleep 2002 with ${shown.nspid.join(' ')}` : 'no sleep 2002',
        why: found
          ? 'Three namespaces, one within the other, and a number in each.'
          : !shown
            ? 'Nothing of that name is running.'
            : shown.nspid.length < 3
              ? 'It is not deep enough: each namespace around it adds one number.'
              : 'The last number is the one it has in the innermost namespace, and there it is not the first.',
      }
    },
  },

  'fresh-proc': {
    claims: ['P5'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2003'))
      const found = tries.find((one) => one.nspid.length > 1 && isFirst(one) && findsItself(bench, one))
      const shown = found ?? tries.at(-1)
      // The host's /proc is what the bench itself is seen through: covered, it begins with a stranger.
      const covered = bench.process(1)?.name !== 'cooper-init'
      const reads = shown && (seenBy(bench, shown.pid, 1)?.name ?? 'nobody')
      return {
        ok: found !== undefined && !covered,
        expected: 'sleep 2003 is number 1 inside and finds sleep in /proc/1',
        saw: covered
          ? "the host's /proc shows another namespace"
          : shown
            ? `sleep 2003 is number ${shown.nspid.at(-1)} inside and finds ${reads} in /proc/1`
            : 'no sleep 2003',
        why: covered
          ? "The host's /proc is covered by another one: take that away first."
          : found
            ? 'Its /proc was mounted in its own namespace, and in a mount namespace that the host does not see.'
            : !shown
              ? 'Nothing of that name is running.'
              : isFirst(shown)
                ? 'It is process 1, but the /proc it reads was mounted by somebody else.'
                : 'It is not process 1 of a namespace yet.',
      }
    },
  },
})

/** Whether the number is still that of `sleep SECONDS`: numbers are given again. */
function alive(bench: Bench, pid: Captures[string] | undefined, seconds: string): boolean {
  const one = bench.process(pid ?? '')
  return one !== undefined && isSleep(one, seconds)
}

/** Process 1 of a namespace below the bench's. */
function isFirst(one: Process): boolean {
  return one.nspid.length > 1 && one.nspid.at(-1) === 1
}

/** `19 on the host, 1 inside`. */
function numbers(one: Process): string {
  return one.nspid.length > 1
    ? `${one.pid} on the host, ${one.nspid.at(-1)} inside`
    : `${one.pid} on the host`
}

/** Whether two processes are in different PID namespaces, both known. */
function apart(bench: Bench, one: number, other: number): boolean {
  const [a, b] = [bench.namespaces(one).pid, bench.namespaces(other).pid]
  return a !== undefined && b !== undefined && !sameNamespace(a, b)
}

/** The process that `who` finds in its own `/proc` under a number. */
function seenBy(bench: Bench, who: number | undefined, number: number): Process | undefined {
  return who === undefined ? undefined : process({ proc: `${bench.view.proc}/${who}/root/proc` }, number)
}

/** Whether two readings, through whatever `/proc`, are of one process. */
function same(a: Process | undefined, b: Process | undefined): boolean {
  return a !== undefined && b !== undefined && a.started === b.started && a.nspid.at(-1) === b.nspid.at(-1)
}

function findsItself(bench: Bench, one: Process): boolean {
  return same(seenBy(bench, one.pid, 1), one)
}

/** Whether a process has a handler for a signal, or ignores it by its own wish. */
function handles(bench: Bench, pid: number, signal: number): boolean {
  const status = readText(`${bench.view.proc}/${pid}/status`) ?? ''
  return ['SigCgt', 'SigIgn'].some((set) => {
    const mask = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)`, 'm').exec(status)?.[1] ?? 0}`)
    return ((mask >> BigInt(signal - 1)) & 1n) === 1n
  })
}
