import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { descendants, machine, type Process, processes } from '../../src/facts/index.ts'
import { type Act, nativeFile } from '../../src/kernel/index.ts'
import { alive, failureOf, inode, mapOwnId, run, within } from '../support/child.ts'
import { folder } from '../support/folder.ts'

const init = nativeFile('init')
const calls: Act[] = [
  { do: 'mount', args: { to: '/', flags: ['rec', 'private'] } },
  { do: 'mount', args: { from: 'proc', to: '/proc', type: 'proc' } },
]

/** A program with our init as process 1; `born` hears the number of that on the machine. */
async function boxed(argv: string[], then?: (pid: number) => Promise<void>) {
  let acting: Promise<void> | undefined
  const ran = await run(
    { argv: [init, ...argv], clone: ['user', 'pid', 'mnt'], calls },
    {
      born: (pid) => {
        mapOwnId(pid)
        acting = then?.(pid)
      },
    },
  )
  await acting
  return ran
}

const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()

const sh = (line: string, then?: (pid: number) => Promise<void>) => boxed(['sh', '-c', line], then)

describe('it ends as the program does', () => {
  test.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['exit 255', 255],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
    ['ulimit -c 0; kill -ABRT $$', 134],
  ])('%s: %i', async (line, code) => {
    expect((await sh(line)).exit).toEqual({ code, signal: 0 })
  })

  test('a program that is not there: 127, and says so', async () => {
    expect(await boxed(['no-such-program'])).toMatchObject({
      exit: { code: 127 },
      printed: 'cooper-init: cannot run no-such-program: No such file or directory\n',
    })
  })

  test('one that may not run: 126', async () => {
    const file = join(folder(), 'text')
    writeFileSync(file, 'text', { mode: 0o644 })
    expect(await boxed([file])).toMatchObject({
      exit: { code: 126 },
      printed: `cooper-init: cannot run ${file}: Permission denied\n`,
    })
  })

  test('not with --stay: then only its killer ends it', async () => {
    const { exit, printed } = await boxed(['--stay', 'sh', '-c', 'echo here; exit 3'], async (pid) => {
      await within(
        3000,
        () => descendants(processes(machine), pid).length === 0 && nameOf(pid) === 'cooper-init',
      )
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect(alive(pid)).toBe(true)
      process.kill(pid, 'SIGKILL')
    })
    expect(printed).toBe('here\n')
    expect(exit).toEqual({ code: 0, signal: 9 })
  })

  test('no program: 125', async () => {
    expect(await boxed([])).toMatchObject({
      exit: { code: 125 },
      printed: 'cooper-init: usage: cooper-init [--stay] PROGRAM [ARGUMENT...]\n',
    })
  })

  test('and takes the others along', async () => {
    let others: number[] = []
    await sh('setsid sleep 100 & setsid sleep 100 & sleep 0.3', async (pid) => {
      await within(2000, () => {
        const space = inode('pid_for_children', pid)
        others = processes(machine)
          .filter(({ name, pid }) => name === 'sleep' && alive(pid) && spaceOf(pid) === space)
          .map(({ pid }) => pid)
        return others.length >= 3
      })
    })
    expect(others.length).toBeGreaterThanOrEqual(2)
    expect(await within(1000, () => !others.some(alive))).toBe(true)
  })
})

function spaceOf(pid: number): number | undefined {
  try {
    return inode('pid', pid)
  } catch {
    return undefined
  }
}

describe('signals', () => {
  test.each(['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'WINCH', 'ALRM'])(
    'SIG%s is passed on',
    async (name) => {
      const file = join(folder(), 'ready')
      writeFileSync(file, '')
      const line = `trap 'echo got ${name}; exit 3' ${name}; echo yes > ${file}; while :; do sleep 0.02; done`
      const { exit, printed } = await sh(line, async (pid) => {
        await within(2000, () => readFileSync(file, 'utf8') !== '')
        process.kill(pid, `SIG${name}` as NodeJS.Signals)
      })
      expect(printed).toBe(`got ${name}\n`)
      expect(exit.code).toBe(3)
    },
  )

  test('the program has none blocked', async () => {
    const { printed } = await boxed(['grep', '^SigBlk', '/proc/self/status'])
    expect(printed).toBe('SigBlk:\t0000000000000000\n')
  })

  test('the program is process 2 of a process 1 that is called cooper-init', async () => {
    expect((await sh('echo $$ $PPID; cat /proc/1/comm')).printed).toBe('2 1\ncooper-init\n')
  })
})

describe('orphans', () => {
  const orphans = 'for i in $(seq 100); do (sleep 1 &); done; exec sleep 60'

  /** A hundred orphans end below this process 1; resolves to how many became zombies that nobody reaps. */
  async function zombies(argv: string[]): Promise<number> {
    let left = 0
    let acting: Promise<void> | undefined
    const watch = async (pid: number) => {
      // It has let go of them all when it runs the last program, or when it waits for the one that does.
      const family = () => descendants(processes(machine), pid)
      const last = () =>
        processes(machine).some((one) => one.command.join(' ') === 'sleep 60' && below(one, pid))
      const below = (one: Process, pid: number) => one.pid === pid || one.ppid === pid
      await within(10_000, last)
      await within(10_000, () => family().every(({ state, command }) => state === 'Z' || command[1] === '60'))
      const dead = () => family().filter(({ state }) => state === 'Z').length
      // Between an end and its reaping there is always a moment.
      await within(1000, () => dead() === 0)
      left = dead()
      process.kill(pid, 'SIGKILL')
    }
    await run(
      { argv, clone: ['user', 'pid', 'mnt'], calls },
      {
        born: (pid) => {
          mapOwnId(pid)
          acting = watch(pid)
        },
      },
    )
    await acting
    return left
  }

  test('a hundred are reaped; a process 1 that is no init leaves them lying', async () => {
    const [reaped, left] = await Promise.all([
      zombies([init, 'sh', '-c', orphans]),
      zombies(['sh', '-c', orphans]),
    ])
    expect(reaped).toBe(0)
    // A shell reaps as long as it is one; on a busy machine that may be a while.
    expect(left).toBeGreaterThan(50)
  })
})

test('it needs no library: it runs in an empty root', async () => {
  const root = folder()
  copyFileSync(init, join(root, 'init'))
  const { exit, printed } = await run({
    argv: ['/init', '/nothing'],
    clone: ['user', 'mnt', 'pid'],
    calls: [{ do: 'chroot', args: { to: root } }],
  })
  expect([exit.code, printed]).toEqual([127, 'cooper-init: cannot run /nothing: No such file or directory\n'])
  expect(
    await failureOf({
      argv: ['/bin/sh'],
      clone: ['user', 'mnt'],
      calls: [{ do: 'chroot', args: { to: root } }],
    }),
  ).toMatchObject({ what: 'exec', errno: 2 })
})
