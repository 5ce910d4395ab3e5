import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KernelError } from '../../src/kernel/index.ts'
import { baseRoot } from '../../src/workbench/base/base.ts'
import { sh } from './run.ts'

// A root file system may be anybody's. Each of these tries to make us write or mount outside of it.

let scratch: string
let base: string
/** Stands for the machine: nothing may appear here. */
let outside: string
let root: string

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'cooper-hostile-'))
  base = await baseRoot()
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

beforeEach((context) => {
  const here = join(scratch, context.task.id)
  outside = join(here, 'outside')
  root = join(here, 'root')
  mkdirSync(outside, { recursive: true })
  mkdirSync(root)
  for (const name of ['usr', 'etc', 'proc', 'sys', 'dev', 'tmp', 'run']) mkdirSync(join(root, name))
  for (const name of ['bin', 'sbin', 'lib', 'lib64'])
    if (existsSync(join(base, name))) symlinkSync(`usr/${name}`, join(root, name))
  cpSync(join(base, 'usr'), join(root, 'usr'), { recursive: true })
})

/** Replaces something in the root file system with a link. */
function link(name: string, target: string): void {
  rmSync(join(root, name), { recursive: true, force: true })
  symlinkSync(target, join(root, name))
}

async function refusal(wish: Parameters<typeof sh>[1], command = 'true'): Promise<KernelError> {
  const error = await sh(command, { root, ...wish }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(KernelError)
  return error as KernelError
}

describe('a mount point that is a link', () => {
  test.each(['proc', 'sys', 'dev'])('/%s: refused, and it says so', async (name) => {
    link(name, outside)
    const error = await refusal({})
    expect(error.code).toBe('ELOOP')
    expect(error.message).toContain(`/${name} of the root file system is a symbolic link`)
    expect(readdirSync(outside)).toEqual([])
  })

  test('/dev, relative and climbing: refused', async () => {
    link('dev', '../outside')
    expect((await refusal({})).code).toBe('ELOOP')
    expect(readdirSync(outside)).toEqual([])
  })
})

describe('a volume whose target is a link', () => {
  test('absolute: followed inside the container', async () => {
    mkdirSync(join(root, 'real'))
    link('data', '/real')
    writeFileSync(join(outside, 'file'), 'from the machine\n')
    const { output } = await sh('cat /real/file', { root, volumes: [`${outside}:/data`] })
    expect(output).toBe('from the machine\n')
  })

  test('climbing out: ends at the container’s own root', async () => {
    link('data', '../../../../../../../../etc')
    writeFileSync(join(outside, 'file'), 'from the machine\n')
    const { output } = await sh('cat /etc/file', { root, volumes: [`${outside}:/data`] })
    expect(output).toBe('from the machine\n')
  })

  test('to a directory of the machine that the container does not have: not made there', async () => {
    link('data', outside)
    const victim = join(outside, 'sub')
    await sh('true', { root, volumes: [`${root}/tmp:/data/sub`] }).catch(() => {})
    expect(existsSync(victim)).toBe(false)
  })

  test.each(['/proc', 'proc', 'tmp/../proc/sys'])(
    'into the kernel’s /proc, as %s: refused',
    async (target) => {
      link('data', target)
      const error = await refusal({ volumes: [`${outside}:/data`] })
      expect(error.code).toBe('ELOOP')
      expect(error.message).toContain('/data of the root file system is a symbolic link')
    },
  )

  test('"..": stays inside', async () => {
    writeFileSync(join(outside, 'file'), 'from the machine\n')
    const { output } = await sh('cat /etc/file', { root, volumes: [`${outside}:/tmp/../../../etc`] })
    expect(output).toBe('from the machine\n')
  })
})

test('--user reads the container’s passwd, not the machine’s through a link', async () => {
  link('etc/passwd', '/etc/passwd')
  const error = await refusal({ user: 'root' })
  expect(error.message).toContain('has no user "root"')
})

test('swapped while it runs: nothing ever lands outside', async () => {
  // One side launches, the other turns a directory into a link and back, as fast as both can.
  const data = join(root, 'data')
  const aside = join(root, 'aside')
  mkdirSync(data)
  symlinkSync(outside, aside)
  const bait = join(scratch, 'bait')
  mkdirSync(bait, { recursive: true })
  let running = true
  let swaps = 0
  let turns = 0
  const swapper = (async () => {
    // The launch may have made a directory where the link was: then that one swap does not happen.
    const move = (from: string, to: string) => {
      try {
        renameSync(from, to)
      } catch {
        swaps--
      }
      swaps++
    }
    while (running) {
      move(data, `${data}.off`)
      move(aside, data)
      move(data, aside)
      move(`${data}.off`, data)
      if (++turns % 4 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  for (let i = 0; i < 40; i++) {
    await sh('true', { root, volumes: [`${bait}:/data/inner`] }).catch(() => {})
    expect(readdirSync(outside)).toEqual([])
  }
  running = false
  await swapper
  expect(swaps).toBeGreaterThan(40)
})

test('a root without a shell: says which program is missing', async () => {
  rmSync(join(root, 'usr/bin/sh'), { force: true })
  rmSync(join(root, 'sys'), { recursive: true })
  const error = await refusal({})
  expect(error.code).toBe('ENOENT')
  expect(error.message).toContain('no directory on PATH holds a program sh')
  // Nothing half made: the mount point it lacked is not there now either.
  expect(existsSync(join(root, 'sys'))).toBe(false)
})

test('a root without /proc, /sys and /dev: they are made', async () => {
  for (const name of ['proc', 'sys', 'dev']) rmSync(join(root, name), { recursive: true })
  const { output } = await sh('echo $$; test -c /dev/null && echo a bit bucket', { root })
  expect(output).toBe('1\na bit bucket\n')
})
