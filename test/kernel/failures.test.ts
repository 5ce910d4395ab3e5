import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Act, spawn, tryClone } from '../../src/kernel/index.ts'
import { alive, failureOf, mapOwnId, ownMounts, planOf, Refused, run, sleep } from '../support/child.ts'
import { folder } from '../support/folder.ts'

const mkdir = (at: string): Act => ({ do: 'mkdir', args: { at } })

test('each call is reported: which, errno 0, and how long it took', async () => {
  const dir = folder()
  const { reports } = await run({
    calls: [mkdir(join(dir, 'a')), mkdir(join(dir, 'b')), { do: 'chdir', args: { to: dir } }],
  })
  expect(reports.map(({ call, errno }) => [call, errno])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ])
  for (const { nanoseconds } of reports) {
    expect(nanoseconds).toBeGreaterThan(0)
    expect(nanoseconds).toBeLessThan(1e9)
  }
})

test('a call that takes long is reported as such', async () => {
  const pipe = join(folder(), 'pipe')
  execFileSync('mkfifo', [pipe])
  const ran = run({ calls: [{ do: 'write', args: { at: pipe, text: 'x' } }] })
  await sleep(200)
  expect(await readFile(pipe, 'utf8')).toBe('x')
  expect((await ran).reports[0]!.nanoseconds).toBeGreaterThan(150e6)
})

test('thousands of calls are all reported', async () => {
  const calls: Act[] = Array.from({ length: 3000 }, () => ({ do: 'chdir', args: { to: '/' } }))
  const { reports } = await run({ calls })
  expect(reports.map(({ call }) => call)).toEqual(calls.map((_, i) => i))
})

describe('a call in the middle that fails', () => {
  test('is told by its place and errno; nothing after it ran, and the child is gone', async () => {
    const dir = folder()
    const failure = await failureOf({
      argv: ['touch', join(dir, 'ran')],
      calls: [mkdir(join(dir, 'before')), mkdir(join(dir, 'no/where')), mkdir(join(dir, 'after'))],
    })
    expect(failure).toMatchObject({ what: 'call', index: 1, errno: 2 })
    expect(['before', 'after', 'ran'].filter((name) => existsSync(join(dir, name)))).toEqual(['before'])
    expect(alive((failure as { pid: number }).pid)).toBe(false)
  })

  test('leaves the child to be looked at until the error is made', async () => {
    let saw = ''
    await failureOf(
      { ...ownMounts, calls: [...ownMounts.calls, mkdir('/proc/nowhere')] },
      {
        failed: async (failure) => {
          await sleep(50)
          saw = readFileSync(`/proc/${(failure as { pid: number }).pid}/mountinfo`, 'utf8')
          return new Refused(failure)
        },
      },
    )
    expect(saw).toContain(' / / ')
    expect(saw).not.toContain('shared:')
  })
})

describe('a parent that does not want it after all', () => {
  const sorry = new Error('the map is not to be written')

  test.each([
    ['rejects', () => Promise.reject(sorry)],
    [
      'throws',
      () => {
        throw sorry
      },
    ],
    ['rejects late', () => sleep(50).then(() => Promise.reject(sorry))],
  ] as [string, () => Promise<void>][])(
    'born %s: the child is gone, and the error is that one',
    async (_, refuse) => {
      const ran = join(folder(), 'ran')
      let pid = 0
      const born = (number: number) => {
        pid = number
        return refuse()
      }
      await expect(run({ argv: ['touch', ran] }, { born })).rejects.toBe(sorry)
      expect(pid).toBeGreaterThan(0)
      expect(alive(pid)).toBe(false)
      expect(existsSync(ran)).toBe(false)
    },
  )

  test('what `failed` throws is the error', async () => {
    const failed = () => {
      throw sorry
    }
    await expect(run({ argv: ['no-such-program'] }, { failed })).rejects.toBe(sorry)
  })
})

describe('a child that somebody ends before its program runs', () => {
  // What is told late must not reach a child that is no more: neither number nor memory is ours then.
  test.each([
    ['and then it is let go', () => Promise.resolve()],
    ['and then it is refused', () => Promise.reject(new Error('late'))],
  ])('has vanished, %s', async (_, late) => {
    const born = async (pid: number) => {
      process.kill(pid, 'SIGKILL')
      await sleep(100)
      return late()
    }
    const failure = await failureOf({ calls: [{ do: 'setsid', args: {} }] }, { born })
    expect(failure).toMatchObject({ what: 'vanished', exit: { code: 0, signal: 9 } })
    await sleep(150)
  })

  test('has vanished also when there was nothing to call', async () => {
    const born = async (pid: number) => {
      process.kill(pid, 'SIGKILL')
      await sleep(50)
    }
    expect(await failureOf({}, { born })).toMatchObject({ what: 'vanished' })
  })

  test('while its failure is looked at', async () => {
    const failed = async (failure: object) => {
      process.kill((failure as { pid: number }).pid, 'SIGKILL')
      await sleep(100)
      return new Refused(failure as never)
    }
    expect(await failureOf({ argv: ['no-such-program'] }, { failed })).toMatchObject({
      what: 'exec',
      errno: 2,
    })
    await sleep(50)
  })
})

describe('exec', () => {
  test('that finds no program says so, with the first place that has one which may not run', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'tool'), 'text', { mode: 0o644 })
    expect(await failureOf({ argv: ['no-such-program'] })).toMatchObject({ what: 'exec', errno: 2 })
    const paths = ['/nowhere/tool', join(dir, 'tool'), '/nowhere/else/tool']
    expect(await failureOf({ argv: ['tool'], paths })).toMatchObject({
      what: 'exec',
      errno: 13,
      path: join(dir, 'tool'),
    })
  })

  test('goes on to the next place where the first may not be run', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'true'), 'text', { mode: 0o644 })
    expect((await run({ argv: ['true'], paths: [join(dir, 'true'), '/bin/true'] })).exit.code).toBe(0)
  })

  test('of a directory, of a text, of a script without its interpreter', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'text'), 'hello', { mode: 0o755 })
    writeFileSync(join(dir, 'script'), '#!/no/such/interpreter\n', { mode: 0o755 })
    expect(await failureOf({ argv: [dir] })).toMatchObject({ errno: 13 })
    expect(await failureOf({ argv: [join(dir, 'text')] })).toMatchObject({ errno: 8 })
    expect(await failureOf({ argv: [join(dir, 'script')] })).toMatchObject({ errno: 2 })
  })
})

describe('clone itself refused', () => {
  test('by what it was given', async () => {
    const nothing = openSync('/dev/null', 'r')
    onTestFinished(() => closeSync(nothing))
    expect(await failureOf({ cgroup: nothing })).toEqual({ what: 'clone', errno: 9 })
  })

  test.skipIf(process.getuid!() === 0)('for want of rights (not as root: root has them)', async () => {
    expect(await failureOf({ clone: ['uts'] })).toEqual({ what: 'clone', errno: 1 })
    expect(await tryClone(['uts'])).toEqual({ errno: 1, call: 'clone(CLONE_NEWUTS)' })
  })
})

test('Node stays as it was: its credentials, its signals, and dumpable', async () => {
  const facts = () =>
    readFileSync('/proc/self/status', 'utf8').match(
      /^(Uid|Gid|Groups|Cap\w+|Sig(Blk|Ign|Cgt)|NoNewPrivs):.*$/gm,
    )
  const before = facts()
  await run({
    clone: ['user', 'pid'],
    calls: [
      { do: 'setgid', args: { gid: 0 } },
      { do: 'setuid', args: { uid: 0 } },
      { do: 'prctl', args: { option: 'PR_SET_NO_NEW_PRIVS' } },
      { do: 'unshare', args: { namespaces: ['user'] } },
      { do: 'capset', args: { effective: 0, permitted: 0, inheritable: 0 } },
    ],
  })
  expect(facts()).toEqual(before)
  // Only a dumpable process owns its files there: see proc(5).
  expect(statSync('/proc/self/environ').uid).toBe(process.geteuid!())
  const spawned = await spawn(planOf({ clone: ['user'] }), {
    born: mapOwnId,
    failed: (why) => new Refused(why),
  })
  expect(await spawned.exit).toEqual({ code: 0, signal: 0 })
})
