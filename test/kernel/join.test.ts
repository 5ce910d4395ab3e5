import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmdirSync } from 'node:fs'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { machine, mounts } from '../../src/facts/index.ts'
import { type Act, type Namespace, native, spawn } from '../../src/kernel/index.ts'
import {
  alive,
  failureOf,
  inode,
  mapOwnId,
  planOf,
  Refused,
  run,
  shell,
  sleep,
  within,
} from '../support/child.ts'

const all: Namespace[] = ['user', 'mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup']

describe('joining the namespaces of a process', () => {
  let holder = 0

  beforeEach(async () => {
    const mount = (args: Extract<Act, { do: 'mount' }>['args']): Act => ({ do: 'mount', args })
    const calls = [
      mount({ to: '/', flags: ['rec', 'private'] }),
      mount({ from: 'proc', to: '/proc', type: 'proc' }),
    ]
    const held = await spawn(planOf({ argv: ['sleep', '100'], clone: all, calls }), {
      born: mapOwnId,
      failed: (failure) => new Refused(failure),
    })
    holder = held.pid
    return async () => {
      if (alive(held.pid)) process.kill(held.pid, 'SIGKILL')
      await held.exit
    }
  })

  function joined(namespaces: Namespace[]) {
    const fd = native().pidfdOpen(holder)
    onTestFinished(() => closeSync(fd))
    const calls: Act[] = [
      { do: 'setns', args: { fd, pid: holder, namespaces } },
      { do: 'clone', args: { namespaces: [], beside: 0 } },
    ]
    return { amongOthers: true, keep: [fd], calls }
  }

  /** As somebody in there would: reads a file of /proc by the number it sees. */
  function readFromInside(pid: number, file: string) {
    const number = /^NSpid:.*\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]
    const inside = ['-t', `${holder}`, '-U', '--preserve-credentials', '-m', '-p']
    return spawnSync('nsenter', [...inside, 'cat', `/proc/${number}/${file}`], { encoding: 'utf8' })
  }

  test('all of them: the inodes are theirs, and the second fork is one of their processes', async () => {
    const { printed, pid, exit } = await shell(
      `stat -L -c %i ${all.map((kind) => `/proc/self/ns/${kind}`).join(' ')}; echo $$; exit 7`,
      {
        ...joined(all),
      },
      { born: () => {} },
    )
    const lines = printed.trim().split('\n').map(Number)
    expect(lines.slice(0, -1)).toEqual(all.map((kind) => inode(kind, holder)))
    expect(lines.at(-1)).toBeGreaterThan(1)
    expect(lines.at(-1)).not.toBe(pid)
    expect(exit).toEqual({ code: 7, signal: 0 })
  })

  test('only some: the others are ours', async () => {
    const { printed } = await shell(
      'stat -L -c %i /proc/self/ns/uts /proc/self/ns/net',
      {
        ...joined(['user', 'uts']),
      },
      { born: () => {} },
    )
    expect(printed.trim().split('\n').map(Number)).toEqual([inode('uts', holder), inode('net')])
  })

  test('until its program runs, nobody in there can look into it: it is a copy of us', async () => {
    let refused: ReturnType<typeof readFromInside> | undefined
    const events = {
      born: (pid: number, nth: number) => {
        if (nth === 1) refused = readFromInside(pid, 'environ')
      },
      failed: (failure: object) => new Refused(failure as never),
    }
    const plan = planOf({ argv: ['sleep', '1'], env: { SEEN: 'yes', PATH: '/bin' }, ...joinedPlan() })
    const { pid, exit } = await spawn(plan, events)
    expect(refused!.stdout).toBe('')
    expect(refused!.stderr).toContain('Permission denied')
    // The program itself is theirs to see.
    expect(readFromInside(pid, 'environ').stdout).toContain('SEEN=yes')
    await exit
  })

  function joinedPlan() {
    const { calls, ...rest } = joined(all)
    return { ...rest, calls }
  }

  test('a process that was joined and is killed takes the joiner along', async () => {
    const plan = planOf({ argv: ['sleep', '100'], ...joinedPlan() })
    const { pid, exit } = await spawn(plan, { failed: (failure) => new Refused(failure) })
    process.kill(holder, 'SIGKILL')
    expect(await exit).toEqual({ code: 0, signal: 9 })
    expect(alive(pid)).toBe(false)
  })

  test('a process that is gone cannot be joined: ESRCH', async () => {
    const plan = joined(all)
    process.kill(holder, 'SIGKILL')
    await within(2000, () => !alive(holder))
    await sleep(20)
    expect(await failureOf(plan)).toMatchObject({ what: 'call', index: 0, errno: 3 })
  })
})

test('a process made by the child: its calls are reported in order, and what is made beside it too', async () => {
  const { reports, printed } = await shell(
    'cat /proc/self/uid_map',
    {
      clone: ['user'],
      calls: [
        { do: 'clone', args: { namespaces: ['user', 'pid'], beside: 3 } },
        { do: 'writeOfChild', args: { file: 'setgroups', text: 'deny' } },
        { do: 'writeOfChild', args: { file: 'gid_map', text: '0 0 1' } },
        { do: 'writeOfChild', args: { file: 'uid_map', text: '0 0 1' } },
        { do: 'setuid', args: { uid: 0 } },
      ],
    },
    { born: (pid, nth) => (nth === 0 ? mapOwnId(pid) : undefined) },
  )
  expect(reports.map(({ call, errno }) => [call, errno])).toEqual([0, 1, 2, 3, 4].map((call) => [call, 0]))
  expect(printed.trim().split(/\s+/)).toEqual(['0', '0', '1'])
})

test('what is refused beside it ends both', async () => {
  const pids: number[] = []
  const failure = await failureOf(
    {
      clone: ['user'],
      calls: [
        { do: 'clone', args: { namespaces: ['user'], beside: 1 } },
        { do: 'writeOfChild', args: { file: 'uid_map', text: '0 4711 1' } },
        { do: 'setuid', args: { uid: 0 } },
      ],
    },
    {
      born: (pid, nth) => {
        pids.push(pid)
        if (nth === 0) mapOwnId(pid)
      },
    },
  )
  expect(failure).toMatchObject({ what: 'call', index: 1, errno: 1 })
  expect(pids.filter(alive)).toEqual([])
})

const groups = mounts(machine, process.pid).find(({ type }) => type === 'cgroup2')?.at
const group = groups && `${groups}/cooper-test-${process.pid}`

function mayMakeGroups(): boolean {
  try {
    mkdirSync(group!)
    rmdirSync(group!)
    return true
  } catch {
    return false
  }
}

test.skipIf(!mayMakeGroups())('born in a group of cgroup v2 (needs one that we may write)', async () => {
  mkdirSync(group!)
  const fd = openSync(group!, 'r')
  onTestFinished(async () => {
    closeSync(fd)
    await within(1000, () => {
      try {
        rmdirSync(group!)
        return true
      } catch {
        return false
      }
    })
  })
  const { printed } = await run({ argv: ['cat', '/proc/self/cgroup'], cgroup: fd })
  expect(printed).toMatch(new RegExp(`^0::.*/cooper-test-${process.pid}$`, 'm'))
})
