import {
  type Bench,
  checks,
  type IdFacts,
  type NamespaceType,
  type Process,
  sameNamespace,
  userName,
  uts,
} from '../../src/facts/index.ts'
import { readJoined } from '../../src/facts/joined.ts'
import { readStat } from '../../src/facts/read.ts'
import { isSleep } from '../../src/facts/sleeps.ts'
import { statusIds } from '../../src/facts/status.ts'

export default checks({
  'not-that-root': {
    claims: ['R4'],
    look(bench) {
      const host = bench.ids(bench.shell('host')?.pid ?? '')
      const owner = readStat('/etc/shadow')?.uid
      const mapped = host?.uidMap.some(
        ({ outside, count }) => owner !== undefined && outside <= owner && owner < outside + count,
      )
      const amount = host?.capabilities.effective.length ?? 0
      const root = host !== undefined && insideOf(host) === 0
      const ok = root && amount >= 37 && owner !== undefined && mapped === false
      return {
        ok,
        expected: 'root with all capabilities, and a file of somebody not in the map',
        saw: `${root ? 'root' : 'a user'} with ${amount} capabilities, and a file of ${mapped === false ? 'somebody not in the map' : 'somebody in the map'}`,
        why: ok
          ? `On your machine you are user ${host?.uid.effective}, and the file is of user ${owner}: no capability of yours counts over that one.`
          : 'This workbench has another kind of root, or the file is not there.',
      }
    },
  },

  mapped: {
    claims: ['R5', 'R1'],
    async look(bench, captures) {
      const pid = Number(captures.user)
      const facts = bench.ids(pid)
      // How somebody in there sees the host's process 1, which is root.
      const status = await readJoined(bench.view, pid, 'user', '1', ['status'])
      const [uid, gid] = status ? [statusIds(status, 'Uid').real, statusIds(status, 'Gid').real] : []
      const ok = facts?.uidMap.length === 1 && uid === 1000 && (facts.gidMap.length > 0 || gid === 65534)
      return {
        ok,
        expected: "inside, the host's root is user 1000 and group 65534",
        saw: `inside, the host's root is user ${uid ?? 'unknown'} and group ${gid ?? 'unknown'}`,
        why: ok
          ? 'The map of users has one line, and it was used. The map of groups is empty.'
          : 'The map of that shell is not written, or it has ended.',
      }
    },
  },

  'root-inside': {
    claims: ['R1', 'R6'],
    look(bench, captures) {
      const outer = bench.ids(captures.user ?? '')
      const shell = bench.shell('user')
      const inner = shell && bench.ids(shell.pid)
      const ok =
        outer !== undefined &&
        inner !== undefined &&
        insideOf(inner) === 0 &&
        insideOf(outer) === 1000 &&
        // Both maps lead to the same id: what is 0 in the one is 1000 in the other.
        inner.uidMap[0]?.outside === outer.uidMap[0]?.outside &&
        power(inner) > 0 &&
        power(outer) === 0
      return {
        ok,
        expected: 'root with all capabilities, born of user 1000 with 0',
        saw: `${named(inner)} with ${power(inner)} capabilities, born of ${named(outer)} with ${power(outer)}`,
        why: ok
          ? 'The two numbers are one id, and nobody with any power had a hand in it.'
          : 'The terminal user has no such shell.',
      }
    },
  },

  owns: {
    claims: ['R4', 'R6'],
    async look(bench) {
      const shell = bench.shell('user')
      const facts = shell && bench.ids(shell.pid)
      const name = shell && (await uts(bench.view, shell.pid))?.hostname
      const mounted =
        shell && bench.mounts(shell.pid).some(({ at, type }) => at === '/mnt' && type === 'tmpfs')
      const disk = readStat(`${bench.view.proc}/1/root/root/disk`)
      const has = (capability: string) => facts?.capabilities.effective.includes(capability) ?? false
      const ok =
        own(bench, shell, 'user') &&
        own(bench, shell, 'uts') &&
        name === 'mine' &&
        mounted === true &&
        disk === undefined &&
        has('CAP_MKNOD') &&
        has('CAP_SYS_TIME')
      return {
        ok,
        expected: 'the name mine, a mount on /mnt, no device',
        saw: `the name ${name ?? 'unknown'}, ${mounted ? 'a mount' : 'no mount'} on /mnt, ${disk ? 'a device' : 'no device'}`,
        why: ok
          ? 'It holds CAP_MKNOD and CAP_SYS_TIME like all the others. They had nothing to count for.'
          : 'The terminal user has no namespaces of its own, or did not use them.',
      }
    },
  },

  names: {
    claims: ['R2'],
    look(bench) {
      const shell = bench.shell('names')
      const parent = shell && bench.process(shell.ppid)
      const [inner, outer] = [shell, parent].map((one) => one && bench.ids(one.pid))
      const [low, high] = [
        shell && userName(bench.view, shell.pid, 1000),
        parent && userName(bench.view, parent.pid, 0),
      ]
      const ok =
        low === 'root' &&
        high === 'captain' &&
        insideOf(inner) === 1000 &&
        power(inner) === 0 &&
        power(outer) > 0
      return {
        ok,
        expected: 'user 1000 named root with 0 capabilities, user 0 named captain with all',
        saw: `${named(inner)} named ${low ?? 'nobody'} with ${power(inner)} capabilities, user 0 named ${high ?? 'nobody'} with ${power(outer) || 'none'}`,
        why: ok
          ? 'The names were exchanged, and the power stayed with the number.'
          : 'The terminal names has no such shell, or its /etc/passwd is the usual one.',
      }
    },
  },

  default: {
    claims: ['R3'],
    look(bench, captures) {
      const plain = bench.process(captures.plain ?? '')
      const kinds: NamespaceType[] = ['mnt', 'pid', 'net', 'ipc', 'uts', 'user']
      const [news, shared] = [true, false].map((wanted) =>
        kinds.filter((kind) => own(bench, plain, kind) === wanted),
      )
      const maps = [plain?.pid ?? 0, 1].map((pid) => JSON.stringify(bench.ids(pid)?.uidMap))
      const ok =
        plain !== undefined &&
        isSleep(plain, '1001') &&
        shared?.join() === 'user' &&
        news?.length === 5 &&
        maps[0] === maps[1]
      return {
        ok,
        expected: 'its own mnt, pid, net, ipc, uts; of the host: user',
        saw: plain
          ? `its own ${news?.join(', ') || 'nothing'}; of the host: ${shared?.join(', ') || 'nothing'}`
          : 'no sleep 1001',
        why: ok
          ? 'One user namespace and one map: 0 in the container and 0 on the host are the same id.'
          : 'The container is gone, or was made with other pieces.',
      }
    },
  },

  range: {
    claims: ['R1', 'R4'],
    look(bench) {
      const shell = bench.shell('range')
      const [inner, host] = [shell && bench.ids(shell.pid), bench.ids(1)]
      const first = host?.uidMap[0]?.outside ?? Number.NaN
      const outside = (inner?.uid.effective ?? Number.NaN) - first
      const secret = readStat(`${bench.view.proc}/1/root/root/secret`)
      const closed = secret !== undefined && secret.uid === first && (secret.mode & 0o777) === 0o600
      const ok =
        inner?.uidMap[0]?.count === 100 &&
        insideOf(inner) === 0 &&
        outside === 1000 &&
        power(inner) > 0 &&
        closed
      return {
        ok,
        expected: "root inside, user 1000 on the host, and a file of the host's root",
        saw: `${named(inner)} inside, user ${Number.isNaN(outside) ? 'unknown' : outside} on the host, and ${closed ? "a file of the host's root" : 'no such file'}`,
        why: ok
          ? 'The kernel compared 1000 with 0, and the file says that only its owner may read it.'
          : 'The terminal range has no such shell.',
      }
    },
  },

  less: {
    claims: ['R7'],
    look(bench, captures) {
      const [strong, weak] = [captures.strong, captures.weak].map((pid) => bench.process(pid ?? ''))
      const [much, none] = [strong, weak].map((one) => one && bench.ids(one.pid))
      const apart = own(bench, strong, 'user') && own(bench, weak, 'user')
      const ok =
        apart && insideOf(much) === 0 && insideOf(none) === 1000 && power(much) >= 37 && power(none) === 0
      return {
        ok,
        expected: 'root with all capabilities, user 1000 with 0',
        saw: `${named(much)} with ${power(much)} capabilities, ${named(none)} with ${power(none)}`,
        why: ok
          ? 'Each has a user namespace of its own. The number alone made the difference.'
          : 'One of the two is gone, or is somebody else.',
      }
    },
  },

  built: {
    claims: ['R6', 'R1'],
    look(bench, captures) {
      const built = bench.process(captures.built ?? '')
      const [inner, maker] = [built && bench.ids(built.pid), bench.ids(captures.user ?? '')]
      const kinds = (['pid', 'uts', 'user'] as const).filter((kind) => own(bench, built, kind))
      const ok =
        built !== undefined &&
        isSleep(built, '1005') &&
        kinds.length === 3 &&
        insideOf(inner) === 0 &&
        inner?.uid.effective === maker?.uid.effective &&
        power(maker) === 0
      return {
        ok,
        expected: 'its own pid, uts, user, made by user 1000 with 0 capabilities',
        saw: built
          ? `its own ${kinds.join(', ') || 'nothing'}, made by ${named(maker)} with ${power(maker)} capabilities`
          : 'no sleep 1005',
        why: ok
          ? 'The user namespace is made first, and whoever is root in it may make the rest.'
          : 'The container is gone, or was made by somebody else.',
      }
    },
  },

  once: {
    claims: ['R5'],
    look(bench, captures) {
      const facts = bench.ids(captures.user ?? '')
      const ok = facts?.uidMap.length === 1 && insideOf(facts) === 1000
      return {
        ok,
        expected: 'user 1000',
        saw: named(facts),
        why: ok
          ? "The host's root has tried to write it twice. Only the first line counts."
          : 'That shell has ended, or has another map.',
      }
    },
  },

  denied: {
    claims: ['R5'],
    look(bench) {
      const shell = bench.shell('groups')
      const facts = shell && bench.ids(shell.pid)
      const lines = facts?.gidMap.length ?? 0
      const ok = facts?.setgroups === 'deny' && lines === 1
      return {
        ok,
        expected: 'deny, and 1 line in the map of groups',
        saw: `${facts?.setgroups ?? 'unknown'}, and ${lines || 'no'} ${lines === 1 ? 'line' : 'lines'} in the map of groups`,
        why: ok
          ? 'Without privilege, the one is the price of the other.'
          : 'The shell in the terminal groups has not got there yet.',
      }
    },
  },

  'by-hand': {
    claims: ['R1', 'R5'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2001'))
      const good = (one: Process) => {
        const facts = bench.ids(one.pid)
        return own(bench, one, 'user') && insideOf(facts) === 42 && facts?.gidMap.length === 0
      }
      const shown = tries.find(good) ?? tries.at(-1)
      const facts = shown && bench.ids(shown.pid)
      const ok = shown !== undefined && good(shown)
      return {
        ok,
        expected: 'sleep 2001 is user 42, without a map of groups',
        saw: shown
          ? `sleep 2001 is ${named(facts)}, ${facts?.gidMap.length ? 'with' : 'without'} a map of groups`
          : 'no sleep 2001',
        why: ok
          ? 'The namespace existed first, and then you said what its numbers mean.'
          : !shown
            ? 'Nothing of that name is running.'
            : !own(bench, shown, 'user')
              ? "It is in the host's user namespace."
              : facts?.uidMap.length
                ? 'It has another map than asked for. A map is written once: start again.'
                : 'It has no map of users yet.',
      }
    },
  },

  ship: {
    claims: ['R6', 'R4'],
    async look(bench, captures) {
      const tries = bench.processes().filter((one) => isSleep(one, '2002'))
      const shown = tries.find((one) => own(bench, one, 'user') && own(bench, one, 'uts')) ?? tries.at(-1)
      const [name, host] = await Promise.all([shown && uts(bench.view, shown.pid), uts(bench.view, 1)])
      const terminal = bench.process(captures.user ?? '')
      const theirs = shown !== undefined && terminal !== undefined && shown.tty === terminal.tty
      const ok = theirs && own(bench, shown, 'uts') && name?.hostname === 'ship' && host?.hostname !== 'ship'
      return {
        ok,
        expected: 'sleep 2002 on ship, started in the terminal user',
        saw: shown
          ? `sleep 2002 on ${name?.hostname ?? 'unknown'}, started in ${theirs ? 'the terminal user' : 'another terminal'}`
          : 'no sleep 2002',
        why: ok
          ? 'User 1000 could not have renamed anything. Root of a new user namespace could.'
          : host?.hostname === 'ship'
            ? "That is the host's name now. Give it its own one back."
            : !shown
              ? 'Nothing of that name is running.'
              : !theirs
                ? 'It runs, but somebody else has started it, who had capabilities.'
                : own(bench, shown, 'uts')
                  ? 'It has a UTS namespace of its own, and the name in it is another.'
                  : 'It shares its name with the host.',
      }
    },
  },

  figurehead: {
    claims: ['R7'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2003'))
      const good = (one: Process) => {
        const facts = bench.ids(one.pid)
        return own(bench, one, 'user') && insideOf(facts) === 0 && power(facts) === 0
      }
      const shown = tries.find(good) ?? tries.at(-1)
      const facts = shown && bench.ids(shown.pid)
      const ok = shown !== undefined && good(shown)
      return {
        ok,
        expected: 'sleep 2003 is user 0 with 0 capabilities, in its own user',
        saw: shown
          ? `sleep 2003 is ${facts?.uidMap.length ? `user ${insideOf(facts)}` : 'nobody'} with ${power(facts)} capabilities, in ${own(bench, shown, 'user') ? 'its own' : "the host's"} user`
          : 'no sleep 2003',
        why: ok
          ? 'The number is what is shown, the capabilities are what counts.'
          : !shown
            ? 'Nothing of that name is running.'
            : !own(bench, shown, 'user')
              ? "It is in the host's user namespace."
              : power(facts) > 0
                ? 'It is root with its power: take that away before it starts.'
                : 'It has no power. It is not user 0 either.',
      }
    },
  },
})

/** Whether a process has another namespace of this kind than the host. */
function own(bench: Bench, one: Process | undefined, kind: NamespaceType): boolean {
  const theirs = one && bench.namespaces(one.pid)[kind]
  return theirs !== undefined && !sameNamespace(theirs, bench.namespaces(1)[kind])
}

/** Which user a process is in its own namespace: its id, looked up in its map. */
function insideOf(facts: IdFacts | undefined): number | undefined {
  const id = facts?.uid.effective ?? Number.NaN
  const range = facts?.uidMap.find(({ outside, count }) => outside <= id && id < outside + count)
  return range && range.inside + id - range.outside
}

/** `root`, `user 1000`, `nobody`. */
function named(facts: IdFacts | undefined): string {
  const id = insideOf(facts)
  return id === undefined ? 'nobody' : id === 0 ? 'root' : `user ${id}`
}

/** How many capabilities a process may use. */
function power(facts: IdFacts | undefined): number {
  return facts?.capabilities.effective.length ?? 0
}
