import { readdirSync, realpathSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Namespace, namespaceNames, spawn, tryClone } from '../../src/kernel/index.ts'
import { inode, mapOwnId, planOf, Refused, run, shell, sleep } from '../support/child.ts'
import { folder } from '../support/folder.ts'

const kinds: Namespace[] = ['mnt', 'cgroup', 'uts', 'ipc', 'user', 'pid', 'net']

describe('namespaces', () => {
  test.each(kinds)('%s: new where asked, shared where not', async (kind) => {
    const clone: Namespace[] = kind === 'user' ? ['user'] : ['user', kind]
    const { printed } = await shell('stat -L -c %i /proc/self/ns/*; ls /proc/self/ns', { clone })
    const words = printed.trim().split('\n')
    const [inodes, names] = [words.slice(0, words.length / 2), words.slice(words.length / 2)]
    for (const name of ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']) {
      const theirs = Number(inodes[names.indexOf(name)])
      const made = clone.includes(name as Namespace)
      expect(theirs === inode(name), `${name} is ${made ? 'shared' : 'new'}`).toBe(!made)
    }
  })

  test('none at all is an ordinary process', async () => {
    const { printed, pid } = await shell('echo $$; stat -L -c %i /proc/self/ns/mnt')
    expect(printed).toBe(`${pid}\n${inode('mnt')}\n`)
  })

  test('in a new PID namespace it is process 1, and out here it has the number we were told', async () => {
    const { printed, pid } = await shell('echo $$; grep ^NSpid: /proc/self/status', {
      clone: ['user', 'pid'],
    })
    expect(printed).toMatch(/^1\n/)
    expect(pid).toBeGreaterThan(1)
  })

  test.each([[['user']], [['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup']]] as [Namespace[]][])(
    'tryClone %j leaves nothing and says that it may',
    async (namespaces) => {
      expect(await tryClone(namespaces)).toEqual({ errno: 0, call: `clone(${namespaceNames(namespaces)})` })
    },
  )
})

describe('what the program gets', () => {
  test('its arguments, as they are', async () => {
    const argv = ['sh', '-c', 'printf "<%s>" "$0" "$@"', 'zero', '', 'a b', "it's", '*', '\n', 'é容']
    expect((await run({ argv })).printed).toBe("<zero><><a b><it's><*><\n><é容>")
  })

  test('its environment and nothing of ours', async () => {
    process.env.COOPER_TEST_LEAK = '1'
    const env = { PATH: '/usr/bin:/bin', A: '1', EMPTY: '', B: 'x=y\nz' }
    const { printed } = await run({ argv: ['env', '-0'], env }).finally(
      () => delete process.env.COOPER_TEST_LEAK,
    )
    expect(printed.split('\0').filter(Boolean).sort()).toEqual(
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    )
  })

  test('our directory, or the one it went to', async () => {
    const dir = realpathSync(folder())
    expect((await shell('pwd -P')).printed.trim()).toBe(realpathSync(process.cwd()))
    const moved = await shell('pwd -P', { calls: [{ do: 'chdir', args: { to: dir } }] })
    expect(moved.printed.trim()).toBe(dir)
  })

  test('umask 022, whatever ours is', async () => {
    const before = process.umask(0o077)
    try {
      expect((await shell('umask')).printed.trim()).toBe('0022')
    } finally {
      process.umask(before)
    }
  })

  test('no blocked signal, and SIGPIPE as the kernel made it although Node ignores it', async () => {
    const { printed } = await run({ argv: ['cat', '/proc/self/status'] })
    const field = (name: string) => BigInt(`0x${new RegExp(`${name}:\\s+(\\w+)`).exec(printed)![1]}`)
    expect(field('SigBlk')).toBe(0n)
    expect(field('SigCgt')).toBe(0n)
    expect(field('SigIgn') & (1n << 12n)).toBe(0n)
    const { exit } = await shell('trap - PIPE; yes | head -1 >/dev/null; kill -PIPE $$')
    expect(exit).toEqual({ code: 0, signal: 13 })
  })
})

describe('the end', () => {
  test.each([0, 1, 42, 255])('status %i', async (code) => {
    expect((await shell(`exit ${code}`)).exit).toEqual({ code, signal: 0 })
  })

  test.each([
    ['TERM', 15],
    ['KILL', 9],
    ['SEGV', 11],
  ])('by SIG%s', async (name, signal) => {
    expect((await shell(`ulimit -c 0; kill -${name} $$; sleep 5`)).exit).toEqual({ code: 0, signal })
  })

  test('is awaited while the loop goes on: also while the child waits for a slow parent', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    const during = async (act: () => Promise<unknown>) => {
      const before = ticks
      await act()
      return ticks - before
    }
    try {
      const plan = { clone: ['user'] as Namespace[], argv: ['sleep', '0.3'] }
      let admitted = 0
      let exit: Promise<unknown> | undefined
      const born = async (pid: number) => {
        admitted = await during(() => sleep(300))
        mapOwnId(pid)
      }
      const waited = await during(async () => {
        exit = (await spawn(planOf(plan), { born, failed: (failure) => new Refused(failure) })).exit
      })
      expect(admitted).toBeGreaterThan(20)
      expect(waited).toBeGreaterThan(20)
      expect(await during(() => exit!)).toBeGreaterThan(20)
    } finally {
      clearInterval(timer)
    }
  })
})

describe('many', () => {
  test('two hundred short ones at once: each has run, although others hold copies of its descriptors for a moment', async () => {
    const all = await Promise.all(
      Array.from({ length: 200 }, () => run({ calls: [{ do: 'setsid', args: {} }] })),
    )
    expect(all.filter(({ exit }) => exit.code !== 0 || exit.signal !== 0)).toEqual([])
  })

  test('fifty at once, each with its own answer', async () => {
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        shell(`echo ${i}; exit ${i}`, {
          clone: ['user', 'pid', 'mnt', 'net', 'uts', 'ipc'],
          calls: [
            { do: 'setgid', args: { gid: 0 } },
            { do: 'setuid', args: { uid: 0 } },
            { do: 'sethostname', args: { name: `box-${i}` } },
          ],
        }),
      ),
    )
    expect(all.map(({ printed }) => printed)).toEqual(all.map((_, i) => `${i}\n`))
    expect(all.map(({ exit }) => exit.code)).toEqual(all.map((_, i) => i))
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(50)
  })

  test('two hundred one after the other leave no descriptor and no thread behind', async () => {
    await run({})
    const [descriptors, threads] = [
      readdirSync('/proc/self/fd').length,
      readdirSync('/proc/self/task').length,
    ]
    for (let i = 0; i < 200; i++) await run({})
    await sleep(50)
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(descriptors)
    expect(readdirSync('/proc/self/task').length).toBeLessThanOrEqual(threads + 1)
  })
})
