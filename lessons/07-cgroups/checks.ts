import { readdirSync } from 'node:fs'
import {
  type Bench,
  cgroups,
  checks,
  factsIn,
  type Group,
  type GroupFacts,
  groupFacts,
  groupsOf,
  hierarchies,
  type Process,
  sameNamespace,
} from '../../src/facts/index.ts'
import { readJoined } from '../../src/facts/joined.ts'
import { readStat, readText } from '../../src/facts/read.ts'
import { isSleep } from '../../src/facts/sleeps.ts'

const mib = 2 ** 20

export default checks({
  version: {
    claims: ['G2'],
    look(bench) {
      const here = groupsOf(bench.view, 1)
      const trees = ['memory', 'pids', 'cpuset'].map((name) =>
        here.filter(({ controllers }) => controllers.includes(name)),
      )
      const memory = trees[0]?.[0]
      const first = memory && hasFile(memory, 'memory.limit_in_bytes')
      const second = memory && hasFile(memory, 'memory.max')
      const alone = trees.every(({ length }) => length === 1)
      const own = new Set(trees.flat().map(({ at }) => at)).size === (memory?.version === 1 ? 3 : 1)
      const ok =
        alone && own && (memory?.version === 1 ? first === true && !second : second === true && !first)
      return {
        ok,
        expected:
          memory?.version === 2 ? 'one tree for 3 controllers, memory.max' : '3 trees, memory.limit_in_bytes',
        saw: memory
          ? `${own ? (memory.version === 1 ? '3 trees' : 'one tree for 3 controllers') : 'other trees'}, ${[...(first ? ['memory.limit_in_bytes'] : []), ...(second ? ['memory.max'] : [])].join(' and ') || 'no limit of memory'}`
          : 'no tree with memory',
        why: ok
          ? `So this machine limits with version ${memory?.version}, whatever else is mounted.`
          : 'Each controller must be in one tree, and the names of one version only be there.',
      }
    },
  },

  fresh: {
    claims: ['G15', 'G1'],
    look(bench) {
      const [eater, crowd] = [group(bench, 'eater'), group(bench, 'crowd')]
      const there = eater.memory !== undefined && crowd.pids !== undefined
      const ok = there && eater.memory?.limit === undefined && crowd.pids?.limit === undefined
      return {
        ok,
        expected: 'eater: no limit of memory; crowd: no limit of processes',
        saw: `eater: ${eater.memory ? `${amount(eater.memory.limit)} of memory` : 'no such group'}; crowd: ${crowd.pids ? `${crowd.pids.limit ?? 'no limit'} of processes` : 'no such group'}`,
        why: ok
          ? 'mkdir made the groups, the kernel made the files, and nobody has written to them yet.'
          : there
            ? 'Somebody has set a limit already.'
            : 'The directories are not there.',
      }
    },
  },

  members: {
    claims: ['G1'],
    look(bench, captures) {
      const moved = isIn(bench, captures.sleeper, 'memory', 'eater')
      const [shell, child] = [captures.family, captures.child].map((pid) => bench.process(pid ?? ''))
      const born =
        child !== undefined &&
        child.ppid === shell?.pid &&
        [shell, child].every((one) => isIn(bench, one.pid, 'memory', 'family'))
      const ok = moved && born
      return {
        ok,
        expected: 'sleep 1001 in eater; a shell and its child in family',
        saw: `sleep 1001 ${moved ? 'in eater' : 'elsewhere'}; a shell and its child ${born ? 'in family' : 'not both in family'}`,
        why: ok
          ? `Nobody has written ${child?.pid} to cgroup.procs: its parent was in the group when it was born.`
          : 'The first must have been moved, and the other born where its parent is.',
      }
    },
  },

  anew: {
    claims: ['G1'],
    look(bench, captures) {
      const eater = group(bench, 'eater').groups.find(({ controllers }) => controllers.includes('memory'))
      const inode = eater && readStat(eater.directory)?.ino
      const other = inode !== undefined && String(inode) !== captures.inode
      const ended = !bench.process(captures.sleeper ?? '')
      const empty = eater !== undefined && fileIn(eater, 'cgroup.procs') === ''
      const ok = other && ended && empty
      return {
        ok,
        expected: `another directory than ${captures.inode}, and nobody in it`,
        saw: `${other ? 'another directory than' : inode ? 'still directory' : 'no directory after'} ${captures.inode}, and ${empty ? 'nobody in it' : 'somebody in it'}`,
        why: ok
          ? 'While somebody lived there it could not be removed. Then it could, and what was set in it went with it.'
          : 'The first directory has to be removed and made again.',
      }
    },
  },

  wall: {
    claims: ['G3'],
    look(bench) {
      const { memory } = group(bench, 'eater')
      const { limit, peak = 0, events } = memory ?? {}
      const killed = events?.oomKill ?? 0
      const ok = limit === 32 * mib && peak <= limit && killed === 1 && (events?.max ?? 0) > killed
      return {
        ok,
        expected: 'a wall at 32 MiB, never passed, 1 killed there',
        saw: memory
          ? `${limit === undefined ? 'no wall' : `a wall at ${amount(limit)}`}, ${peak <= (limit ?? 0) ? 'never passed' : `${amount(peak)} at most`}, ${killed} killed there`
          : 'no group eater',
        why: ok
          ? `It ran into the wall ${events?.max} times. Each time the kernel looked for something to take back, and once it found nothing.`
          : 'The limit must be set before somebody eats in that group.',
      }
    },
  },

  soft: {
    claims: ['G3'],
    look(bench, captures) {
      const [eater] = [group(bench, 'eater')]
      const at = eater.groups.find(({ controllers }) => controllers.includes('memory'))
      const soft = at && Number(fileIn(at, at.version === 1 ? 'memory.soft_limit_in_bytes' : 'memory.low'))
      const { usage = 0, limit = 0 } = eater.memory ?? {}
      const alive = isIn(bench, captures.meal, 'memory', 'eater') && runs(bench, captures.meal, 'eat', '24')
      const ok = soft === 16 * mib && usage > soft && usage <= limit && alive
      return {
        ok,
        expected: 'eat 24 alive; more than 16 MiB, less than 32 MiB',
        saw: `eat 24 ${alive ? 'alive' : 'gone'}; ${ok ? `more than ${amount(soft)}, less than ${amount(limit)}` : `${amount(usage)} of ${amount(limit)}, soft limit ${amount(soft)}`}`,
        why: ok
          ? `The group uses ${amount(usage)}, more than the soft limit, and nothing has happened to it.`
          : 'The soft limit must be set, and somebody must use more than that.',
      }
    },
  },

  meminfo: {
    claims: ['G13'],
    look(bench, captures) {
      const total = memTotal(readText(`${bench.view.proc}/meminfo`))
      const limit = group(bench, 'eater').memory?.limit
      const inside = isIn(bench, captures.meal, 'memory', 'eater')
      const ok =
        inside && limit !== undefined && String(total) === captures.memory && total * 1024 > 4 * limit
      return {
        ok,
        expected: `a limit of 32 MiB, and ${captures.memory} kB to read of`,
        saw: `${limit === undefined ? 'no limit' : `a limit of ${amount(limit)}`}, and ${total} kB to read of`,
        why: ok
          ? 'One and the same file for everybody: it is of the machine, and no group and no namespace changes it.'
          : 'Somebody must be in the limited group.',
      }
    },
  },

  frozen: {
    claims: ['G9'],
    look(bench, captures) {
      const still = isIn(bench, captures.statue, 'freezer', 'pause') && group(bench, 'pause').frozen === true
      // Twenty hundredths and more in which it did not run at all, and it ran before and after.
      const drawn = (bench.read('/root/strip') ?? '').replace(/[^#+.]/g, '')
      const gap = /[#+].*\.{20,}.*[#+]/.test(drawn)
      const ok = still && gap
      return {
        ok,
        expected: 'spin stands still; its strip has a gap',
        saw: `spin ${still ? 'stands still' : 'is not frozen'}; its strip has ${gap ? 'a gap' : 'no gap'}`,
        why: ok
          ? 'All who are in the group stand still for as long as the group does.'
          : 'The strip must show a pause, and the process must be in the frozen group.',
      }
    },
  },

  bomb: {
    claims: ['G8'],
    look(bench, captures) {
      const { pids } = group(bench, 'crowd')
      const [most, refused] = [Number(captures.many), pids?.refused ?? 0]
      const ok = pids?.limit === 20 && most >= 10 && most <= 20 && pids.current <= 20 && refused > 0
      return {
        ok,
        expected: 'at most 20 processes, and forks refused',
        saw: pids
          ? `${most <= 20 && pids.current <= 20 ? 'at most 20' : Math.max(most, pids.current)} processes, and ${refused ? 'forks refused' : 'no fork refused'}`
          : 'no group crowd',
        why: ok
          ? `There were ${most} of them, and ${refused} more could not be born.`
          : 'The bomb must be in the group, and the limit 20.',
      }
    },
  },

  cpuset: {
    claims: ['G10'],
    look(bench, captures) {
      const allowed = cpusOf(bench, captures.pinned)
      const mine = group(bench, 'one').cpuset?.cpus
      const inside = isIn(bench, captures.pinned, 'cpuset', 'one')
      const ok = inside && mine === captures.cpu && allowed === mine
      return {
        ok,
        expected: `the group has processor ${captures.cpu}, sleep 1004 has ${captures.cpu}`,
        saw: `the group has processor ${mine ?? 'nothing'}, sleep 1004 has ${allowed ?? 'ended'}`,
        why: ok
          ? `On the host everybody may use ${cpusOf(bench, 1)}. Nobody told this one; its group was told.`
          : 'The group must have one processor, and somebody must be in it.',
      }
    },
  },

  shares: {
    claims: ['G4'],
    look(bench, captures) {
      const [small, big, alone] = ['small', 'big', 'alone'].map((name) => {
        const { cpu, groups } = group(bench, group(bench, `one/${name}`).cpu ? `one/${name}` : name)
        // Version 1 counts in nanoseconds; facts are in microseconds.
        const before = Number(captures[name] ?? 0) / (groups[0]?.version === 1 ? 1000 : 1)
        return { weight: cpu?.weight ?? 0, ran: (cpu?.usage ?? 0) - before }
      })
      const seconds = Number.parseFloat(readText(`${bench.view.proc}/uptime`) ?? '') - Number(captures.since)
      const weights = (big?.weight ?? 0) / (small?.weight || 1)
      const times = (big?.ran ?? 0) / (small?.ran || 1)
      const right = Math.abs(times - 3) <= 0.3
      // It was alone for three tenths of a second.
      const free = (alone?.ran ?? 0) / 0.3 / ((small?.ran || 1) / seconds)
      const ok = weights === 3 && right && alone?.weight === small?.weight && free > 1.5
      return {
        ok,
        expected: 'weights 1:3, used 1:3 together; alone more than its part',
        saw: `weights 1:${weights}, used 1:${right ? 3 : times.toFixed(1)} together; alone ${free > 1.5 ? 'more than' : 'only'} its part`,
        why: ok
          ? `1:${times.toFixed(2)} in ${seconds.toFixed(1)} seconds. The one who was alone got ${free.toFixed(1)} times what small gets, with the same weight.`
          : 'Both must run on one processor, and at the same time.',
      }
    },
  },

  quota: {
    claims: ['G5'],
    look(bench) {
      const { cpu } = group(bench, 'capped')
      const { periods = 0, throttled = 0, time = 0 } = cpu?.throttling ?? {}
      const ok = cpu?.limit === 0.1 && throttled >= 3
      return {
        ok,
        expected: '0.1 processors at most, stopped again and again',
        saw: cpu
          ? `${cpu.limit ?? 'any number of'} processors at most, stopped ${throttled >= 3 ? 'again and again' : `${throttled} times`}`
          : 'no group capped',
        why: ok
          ? `Stopped in ${throttled} of ${periods} periods, and it stood still for ${(time / 1e6).toFixed(2)} seconds.`
          : 'The quota must be set, and somebody must want more.',
      }
    },
  },

  disk: {
    claims: ['G6'],
    look(bench, captures) {
      const { io } = group(bench, 'reader')
      const limited = io?.limits.some(
        (line) => line.includes(`${captures.disk} `) && line.includes('4194304'),
      )
      const read = io?.devices.find(({ device }) => device === captures.disk)
      const enough = (read?.readBytes ?? 0) >= 2 * mib && (read?.readBytes ?? 0) < 4 * mib
      const slow = Number(captures.seconds) >= 0.3
      const ok = limited === true && enough && slow
      return {
        ok,
        expected: '2 MiB counted, half a second for them, limit 4 MiB/s',
        saw: `${enough ? '2 MiB' : amount(read?.readBytes ?? 0)} counted, ${slow ? 'half a second' : `${captures.seconds} s`} for them, ${limited ? 'limit 4 MiB/s' : 'no limit'}`,
        why: ok
          ? `${read?.reads} operations. What came from the page cache is not among them.`
          : 'The limit must be that of the disk, and somebody must have read directly.',
      }
    },
  },

  devices: {
    claims: ['G7'],
    look(bench, captures) {
      const shell = bench.shell('guarded')
      const mode = readStat(`${bench.view.proc}/1/root/dev/urandom`)?.mode ?? 0
      const open = (mode & 0o666) === 0o666
      const [mine, others] = [shell?.pid, bench.shell('host')?.pid].map((who) => guardOf(bench, who))
      const apart = mine !== undefined && others !== undefined && mine.directory !== others.directory
      // In version 2 it is a program, which nobody can read; what it said stands on the screen.
      const list = mine?.version === 1 ? fileIn(mine, 'devices.list')?.split('\n') : undefined
      const missing =
        !list || (list.includes('c 1:3 rwm') && !list.some((line) => /^(a|c) [1*]:[9*] r/.test(line)))
      const ok = open && apart && missing && captures.random === '0'
      return {
        ok,
        expected: 'urandom: mode 666; a group of its own for guarded, 0 bytes read',
        saw: `urandom: mode ${(mode & 0o777).toString(8)}; ${apart ? 'a group of its own' : 'no group'} for guarded, ${missing ? captures.random : 'it may read any number of'} bytes read`,
        why: ok
          ? list
            ? `${list.length} lines in the list of that group, and none is for 1:9.`
            : 'A program that was loaded for that group has refused it.'
          : 'The terminal guarded must be open, and in a group that keeps watch.',
      }
    },
  },

  network: {
    claims: ['G16'],
    look(bench) {
      const here = groupsOf(bench.view, 1).map((one) => ({ ...one, directory: topOf(one) }))
      const files = here.flatMap(({ directory }) => readdirSync(directory))
      // These two are there on some machines; they give packets a number and a rank.
      const found = files.filter((name) => /net|bandwidth/.test(name) && !/^net_(cls|prio)\./.test(name))
      const disks = files.filter((name) => /bps|^io\.max$/.test(name))
      const ok = files.length > 20 && disks.length > 0 && found.length === 0
      return {
        ok,
        expected: 'bytes in a second of disks, and 0 files about networks',
        saw: `${disks.length ? 'bytes in a second of disks' : 'nothing of disks'}, and ${found.length} files about networks`,
        why: ok
          ? `${files.length} files, for ${here.flatMap(({ controllers }) => controllers).join(', ')}.`
          : `These look like it: ${found.join(', ') || 'none'}.`,
      }
    },
  },

  shaped: {
    claims: ['G16'],
    async look(bench, captures) {
      const slow = bench.shell('slow')
      const own = slow && !sameNamespace(bench.namespaces(slow.pid).net, bench.namespaces(1).net)
      const lo = (await bench.net(slow?.pid ?? '').catch(() => undefined))?.links.find(
        ({ name }) => name === 'lo',
      )
      const [free, shaped] = [Number(captures.free), Number(captures.shaped)]
      const slower = shaped > free + 0.1
      const sameGroups = slow && sameGroupsEverywhere(bench, slow.pid, bench.shell('host')?.pid)
      const ok = own === true && lo?.up === true && slower && sameGroups === true
      return {
        ok,
        expected: 'longer with a shaper, in the groups of everybody',
        saw: `${slower ? 'longer with a shaper' : `${free} s and then ${shaped} s`}, in ${sameGroups ? 'the groups of everybody' : 'other groups'}`,
        why: ok
          ? `${free} seconds before and ${shaped} after, through one device.`
          : 'The shaper must be in front of lo, in a network of its own.',
      }
    },
  },

  view: {
    claims: ['G12'],
    async look(bench, captures) {
      const outside = isIn(bench, captures.inner, 'memory', 'family')
      const seen = await pathSeenBy(bench, captures.inner)
      const own = apart(bench, captures.inner, 1)
      const ok = own && outside && seen === '/'
      return {
        ok,
        expected: 'in family; from inside it is at /',
        saw: `${outside ? 'in family' : 'elsewhere'}; from inside it is at ${seen ?? 'nowhere'}`,
        why: ok
          ? 'The namespace was made by somebody in that group, so the group is its root.'
          : 'The shell must be in the group, and have a cgroup namespace of its own.',
      }
    },
  },

  ulimit: {
    claims: ['G18'],
    look(bench, captures) {
      const sizes = [captures.first, captures.second].map((pid) =>
        runs(bench, pid, 'eat', '40') && limitOf(bench, pid, 'Max address space') === 64 * mib
          ? resident(bench, pid)
          : 0,
      )
      const together = sizes.reduce((sum, one) => sum + one, 0)
      const each = sizes.every((one) => one > 36 * mib && one < 64 * mib)
      const few = limitOf(bench, captures.tight, 'Max processes')
      const one = bench.process(captures.tight ?? '')
      const mine = bench.processes().filter(({ uid }) => uid.real === one?.uid.real).length
      const lonely = one !== undefined && one.nspid.at(-1) === 1 && few === 5 && mine > few
      const ok = each && together > 64 * mib && lonely
      return {
        ok,
        expected: 'two of one limit with more than it; one alone and over it',
        saw: `two of one limit with ${each && together > 64 * mib ? 'more than it' : amount(together)}; one ${lonely ? 'alone and over it' : 'not so'}`,
        why: ok
          ? `${amount(together)} together with 64 MiB for each; and ${mine} processes of a user who may have ${few}.`
          : 'All three must run, with their limits.',
      }
    },
  },

  built: {
    claims: ['G11', 'G12'],
    async look(bench, captures) {
      const { memory, pids, cpu, groups } = groupFacts(bench.view, Number(captures.built))
      const limits = [amount(memory?.limit), pids?.limit ?? 'no limit', cpu?.limit ?? 'no limit'].join(', ')
      const seen = await pathSeenBy(bench, captures.built)
      const links = (await bench.net(captures.built ?? '').catch(() => undefined))?.links ?? []
      const bytes = links.filter(({ name }) => name !== 'lo').map(({ rxBytes }) => rxBytes)
      const files = groups.flatMap(({ directory }) => readdirSync(directory))
      const counted = ['memory.stat', 'pids.current', 'cpu.stat'].every((name) => files.includes(name))
      const ok = limits === '64 MiB, 20, 0.5' && seen === '/' && (bytes[0] ?? 0) > 10_000 && counted
      return {
        ok,
        expected: '64 MiB, 20, 0.5; it sees /, and eth0 counts its bytes',
        saw: `${limits}; it sees ${seen ?? 'nothing'}, and ${bytes.length ? `eth0 ${bytes[0] ? 'counts its bytes' : 'has heard nothing'}` : 'it has no eth0'}`,
        why: ok
          ? `${amount(memory?.used)} and ${pids?.current} processes stand in files of its groups; ${bytes[0]} bytes came in, and only the interface knows.`
          : 'It must run with its three limits, and somebody must have called it.',
      }
    },
  },

  below: {
    claims: ['G3'],
    look(bench, captures) {
      const { memory, groups } = group(bench, 'eater')
      const first = groups.some(({ version, controllers }) => version === 1 && controllers.includes('memory'))
      const alive = isIn(bench, captures.meal, 'memory', 'eater')
      const limit = memory?.limit
      const ok = first
        ? limit === 32 * mib && alive && (memory?.usage ?? 0) > 8 * mib
        : limit === 8 * mib && !alive && (memory?.events.oomKill ?? 0) > 1
      return {
        ok,
        expected: first ? 'a limit of 32 MiB, and eat alive' : 'a limit of 8 MiB, and eat gone',
        saw: `a limit of ${amount(limit)}, and eat ${alive ? 'alive' : 'gone'}`,
        why: ok
          ? first
            ? `It uses ${amount(memory?.usage)}, and a limit below that was refused.`
            : 'The limit was taken, and what did not fit below it was killed.'
          : 'The limit was set when nobody was there, or somebody else has set it.',
      }
    },
  },

  early: {
    claims: ['G12'],
    async look(bench, captures) {
      const [late, early] = await Promise.all(
        [captures.inner, captures.early].map((pid) => pathSeenBy(bench, pid)),
      )
      const both = [captures.inner, captures.early].every((pid) => isIn(bench, pid, 'memory', 'family'))
      const own = apart(bench, captures.early, 1) && apart(bench, captures.early, Number(captures.inner))
      const ok = both && own && late === '/' && early?.endsWith('/family') === true
      return {
        ok,
        expected: 'both in family; one sees /, the other …/family',
        saw: `${both ? 'both in family' : 'not both in family'}; one sees ${late ?? 'nothing'}, the other ${early?.endsWith('/family') ? '…/family' : (early ?? 'nothing')}`,
        why: ok
          ? 'Where one is when the namespace is made, that is the root, for ever.'
          : 'Both shells must have a namespace of their own and be in the group.',
      }
    },
  },

  told: {
    claims: ['G17'],
    look(bench) {
      const memory = groupsOf(bench.view, 1).find(({ controllers }) => controllers.includes('memory'))
      const eater = memory && `${topOf(memory)}/eater`
      const made =
        eater !== undefined && readStat(`${eater}/tasks`) !== undefined && !readStat(`${eater}/mine`)
      const mode = readStat(`${eater}/memory.usage_in_bytes`)?.mode ?? 0o777
      const reading = (mode & 0o222) === 0
      const again = hasAgain(bench)
      const trees = hierarchyOf(bench, 'memory') !== hierarchyOf(bench, 'pids')
      const ok = made && reading && again && trees
      return {
        ok,
        expected: 'tasks is there, usage is read-only, memory is one tree in 2 places',
        saw: `tasks is ${made ? 'there' : 'not there'}, usage is ${reading ? 'read-only' : 'writable'}, memory is ${again ? 'one tree in 2 places' : 'in 1 place'}`,
        why: ok
          ? 'mkdir was all that you did for the files; and the second mount shows the group that you had made in the first.'
          : 'The group eater must be there, and memory mounted twice.',
      }
    },
  },

  leaves: {
    claims: ['G14'],
    look(bench, captures) {
      const branch = group(bench, 'branch').groups.find(({ version }) => version === 2)
      const down = branch && fileIn(branch, 'cgroup.subtree_control')?.includes('memory')
      const people = branch ? (fileIn(branch, 'cgroup.procs')?.split('\n').filter(Boolean).length ?? 0) : 0
      const leaf = isIn(bench, captures.internal, 'memory', 'branch/leaf')
      const ok = down === true && people === 0 && leaf
      return {
        ok,
        expected: 'branch hands down memory, with 0 processes; sleep 1007 in the leaf',
        saw: `branch hands down ${down ? 'memory' : 'nothing'}, with ${people} processes; sleep 1007 ${leaf ? 'in the leaf' : 'elsewhere'}`,
        why: ok
          ? 'While it was in the branch nothing could be handed down, and now it may not go back.'
          : 'The process must be in the leaf before the branch hands something down.',
      }
    },
  },

  modest: {
    claims: ['G3', 'G8'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2001'))
      const of = (one: Process) => groupFacts(bench.view, one.pid)
      const good = ({ memory, pids }: GroupFacts) => memory?.limit === 16 * mib && pids?.limit === 5
      const found = tries.find((one) => good(of(one)))
      const shown = found ?? tries.at(-1)
      const { memory, pids } = shown ? of(shown) : {}
      return {
        ok: found !== undefined,
        expected: 'sleep 2001 with 16 MiB of memory and 5 processes',
        saw: shown
          ? `sleep 2001 with ${amount(memory?.limit)} of memory and ${pids?.limit ?? 'any number of'} processes`
          : 'no sleep 2001',
        why: found
          ? 'Whatever it starts is counted with it, and there is no way out of a group for who may not write there.'
          : !shown
            ? 'Nothing of that name is running.'
            : memory?.limit !== 16 * mib
              ? 'Its group has another limit of memory, or none.'
              : 'Its group has another limit of processes, or none.',
      }
    },
  },

  half: {
    claims: ['G5'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2002'))
      const of = (one: Process) => groupFacts(bench.view, one.pid).cpu
      const found = tries.find((one) => of(one)?.limit === 0.5)
      const shown = found ?? tries.at(-1)
      const cpu = shown && of(shown)
      const weighed = cpu?.weight !== undefined && cpu.weight !== 1024 && cpu.weight !== 100
      return {
        ok: found !== undefined,
        expected: 'sleep 2002 with 0.5 processors at most',
        saw: shown ? `sleep 2002 with ${cpu?.limit ?? 'any number of'} processors at most` : 'no sleep 2002',
        why: found
          ? 'A quota holds whether anybody else wants the processor or not.'
          : !shown
            ? 'Nothing of that name is running.'
            : weighed
              ? 'It has a share of its own. A share says nothing while nobody else wants the processor.'
              : 'Its group has no quota, or another one.',
      }
    },
  },

  paused: {
    claims: ['G9'],
    look(bench) {
      const tries = bench.processes().filter((one) => isSleep(one, '2003'))
      const still = (one: Process) => groupFacts(bench.view, one.pid).frozen === true
      const found = tries.find(still)
      const shown = found ?? tries.at(-1)
      const shells = ['host', 'box', 'early'].flatMap((name) => bench.shell(name) ?? [])
      const stuck = shells.filter(still).length
      return {
        ok: found !== undefined && stuck === 0,
        expected: 'sleep 2003 frozen, and 0 shells',
        saw: `${shown ? `sleep 2003 ${found ? 'frozen' : shown.state === 'T' ? 'stopped' : 'running'}` : 'no sleep 2003'}, and ${stuck} shells`,
        why:
          stuck > 0
            ? 'A shell stands still: it is in the frozen group, too.'
            : found
              ? 'It cannot go on by itself, and no signal will help it.'
              : !shown
                ? 'Nothing of that name is running.'
                : shown.state === 'T'
                  ? 'A signal has stopped it, and another signal would let it go on. Its group is not frozen.'
                  : 'Its group is not frozen.',
      }
    },
  },
})

type Who = string | number | undefined

/** The directory of the bench's own group: in version 2 its processes live in a leaf of that, called host. */
function topOf({ version, directory }: Group): string {
  return version === 2 ? directory.replace(/\/host$/, '') : directory
}

/** The groups of this name below the bench's own, one in each tree that has it. */
function group(bench: Bench, name: string): GroupFacts {
  const all = groupsOf(bench.view, 1).map((one) => ({ ...one, directory: `${topOf(one)}/${name}` }))
  return factsIn(all.filter(({ directory }) => readStat(directory)))
}

/** Whether a process is in the group of this name, in the tree of a controller. The freezer of version 2 is everywhere. */
function isIn(bench: Bench, who: Who, controller: string, name: string): boolean {
  const there = ({ version, controllers }: Group) => {
    return version === 2
      ? controller === 'freezer' || controllers.includes(controller)
      : controllers.includes(controller)
  }
  const found = groupsOf(bench.view, Number(who)).find(there)
  const top = groupsOf(bench.view, 1).find(there)
  return found !== undefined && top !== undefined && found.directory === `${topOf(top)}/${name}`
}

function hasFile({ directory }: Group, name: string): boolean {
  return readStat(`${directory}/${name}`) !== undefined
}

function fileIn({ directory }: Group, name: string): string | undefined {
  return readText(`${directory}/${name}`)?.trim()
}

/** `32 MiB`, `no limit`. */
function amount(bytes: number | undefined): string {
  return bytes === undefined ? 'no limit' : `${Math.round((bytes / mib) * 10) / 10} MiB`
}

function runs(bench: Bench, who: Who, name: string, argument: string): boolean {
  const one = bench.process(who ?? '')
  return one?.name === name && one.command.at(-1) === argument
}

function memTotal(meminfo: string | undefined): number {
  return Number(/^MemTotal:\s*(\d+)/m.exec(meminfo ?? '')?.[1] ?? 0)
}

/** A line of `/proc/PID/status` (`man 5 proc_pid_status`). */
function status(bench: Bench, who: Who, field: string): string | undefined {
  const text = readText(`${bench.view.proc}/${who}/status`) ?? ''
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(text)?.[1]
}

const cpusOf = (bench: Bench, who: Who) => status(bench, who, 'Cpus_allowed_list')
const resident = (bench: Bench, who: Who) => Number.parseInt(status(bench, who, 'VmRSS') ?? '0', 10) * 1024

/** The soft limit of a process: `man 5 proc_pid_limits`. */
function limitOf(bench: Bench, who: Who, name: string): number | undefined {
  const text = readText(`${bench.view.proc}/${who}/limits`) ?? ''
  const [, soft] = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(text) ?? []
  return soft === undefined || soft === 'unlimited' ? undefined : Number(soft)
}

/** Whether two processes have different cgroup namespaces. */
function apart(bench: Bench, one: Who, other: number): boolean {
  const [a, b] = [one ?? '', other].map((pid) => bench.namespaces(pid).cgroup)
  return a !== undefined && b !== undefined && !sameNamespace(a, b)
}

/** Where a process's group for memory lies for somebody in its own cgroup namespace. */
async function pathSeenBy(bench: Bench, who: Who): Promise<string | undefined> {
  const text = (await readJoined(bench.view, Number(who), 'cgroup', String(who), ['cgroup'])) ?? ''
  const lines = text.split('\n')
  return (lines.find((one) => one.includes(':memory:')) ?? lines.find((one) => one.startsWith('0::')))
    ?.split(':')
    .at(-1)
}

/** In every hierarchy the same group, as /proc tells also where none is mounted. */
function sameGroupsEverywhere(bench: Bench, one: Who, other: Who): boolean {
  const [a, b] = [one, other].map((who) => cgroups(bench.view, Number(who)).map(({ path }) => path))
  return a !== undefined && a.length > 0 && a.join() === b?.join()
}

/** The group of a process that is asked when it opens a device. */
function guardOf(bench: Bench, who: Who): Group | undefined {
  const all = groupsOf(bench.view, Number(who))
  return (
    all.find(({ controllers }) => controllers.includes('devices')) ?? all.find(({ version }) => version === 2)
  )
}

/** Whether the tree of memory is mounted a second time on the bench, and shows what the first shows. */
function hasAgain(bench: Bench): boolean {
  const found = hierarchies(bench.view, 1).find(({ controllers }) => controllers.includes('memory'))
  const same = bench
    .mounts(1)
    .filter(({ type, superOptions }) => type === 'cgroup' && superOptions.includes('memory'))
  const inodes = same.map(({ at }) => readStat(`${bench.view.proc}/1/root${at}/eater`)?.ino)
  return found !== undefined && same.length === 2 && inodes[0] !== undefined && inodes[0] === inodes[1]
}

/** The number of the tree that a controller is in: `man 7 cgroups`, "/proc/cgroups". */
function hierarchyOf(bench: Bench, controller: string): string | undefined {
  const lines = readText(`${bench.view.proc}/cgroups`) ?? ''
  return lines
    .split('\n')
    .find((line) => line.startsWith(`${controller}\t`))
    ?.split('\t')[1]
}
