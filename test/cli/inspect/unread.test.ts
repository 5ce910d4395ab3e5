import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspect } from '../../../src/cli/inspect/report.ts'
import { machine, processes } from '../../../src/facts/index.ts'
import { KernelError, projectFile } from '../../../src/kernel/index.ts'
import { itself, start, until } from '../../facts/box.ts'
import { cooper } from '../../support/cooper.ts'
import { folder } from '../../support/folder.ts'
import { which } from '../../support/which.ts'
import { truth } from './inspected.ts'

describe('what may not be read', () => {
  test('is said with its reason, and the rest is told', async () => {
    // Whoever is root of a user namespace only has no right to look at a process outside of it.
    const { pid } = await start(['sleep', '1000'], itself('sleep'))
    const program = projectFile('dist/cooper.cjs')
    const ask = (...more: string[]) =>
      spawnSync('unshare', ['-Ur', 'node', program, 'inspect', String(pid), ...more], { encoding: 'utf8' })
    const { status, stdout } = ask('--json')
    expect(status).toBe(0)
    const report = JSON.parse(stdout)
    for (const kind of Object.keys(truth(pid)))
      expect(report.namespaces[kind]).toMatchObject({ inode: null, shared: null })
    expect(report).toMatchObject({ contained: null, weak: [], command: ['sleep', '1000'], links: null })
    expect(report.unread[0].why).toContain('PTRACE_MODE_READ_FSCREDS')
    expect(ask().stdout).toMatch(/^weak\n +- +not judged/m)
  })
})

describe('bad input', () => {
  const gone = spawnSync('true').pid
  const thread = processes(machine).find(({ kernel }) => kernel)?.pid

  test.each([
    ['no process', String(gone), 1, /ESRCH[\s\S]*because +no process has the number/],
    ['more than there can be', '9999999', 1, /ESRCH/],
    ['zero', '0', 2, /^cooper: '0' is no process number/],
    ['a word', 'init', 2, /^cooper: 'init' is no process number/],
    ['a number and more', '1x', 2, /^cooper: '1x' is no process number/],
  ])('%s: %s', async (_, argument, status, message) => {
    for (const json of [[], ['--json']]) {
      const told = await cooper(['inspect', argument, ...json])
      expect(told).toMatchObject({ status, stdout: '' })
      expect(told.stderr).toMatch(message)
    }
  })

  test('nothing', async () => {
    const told = await cooper(['inspect'])
    expect(told.status).toBe(2)
    expect(told.stderr).toContain('What is missing: pid')
  })

  test.skipIf(!thread)('a thread of the kernel (skipped where none is seen)', async () => {
    const told = await cooper(['inspect', String(thread)])
    expect(told).toMatchObject({ status: 1, stdout: '' })
    expect(told.stderr).toMatch(
      /^inspect: process \d+ \(.+\) cannot be inspected\n +because +it is a thread of the kernel/,
    )
  })

  test('a zombie', async () => {
    const { pid } = await start(['sh', '-c', 'sleep 0.01 & exec sleep 1000'], (all, parent) =>
      all.find((one) => one.ppid === parent && one.state === 'Z'),
    )
    const told = await cooper(['inspect', String(pid)])
    expect(told).toMatchObject({ status: 1, stdout: '' })
    expect(told.stderr).toMatch(/because +it has ended; only its number is left/)
  })

  test('one that ends while it is read: no half report', async () => {
    const { pid } = await start(['unshare', '-Urn', 'sleep', '1000'], itself('sleep'))
    const ending = inspect(pid, async () => {
      process.kill(pid, 'SIGKILL')
      await until(() => !existsSync(`/proc/${pid}/ns/net`) || undefined)
      return { links: [], listeners: [] }
    })
    await expect(ending).rejects.toThrow(KernelError)
    await expect(ending).rejects.toThrow(`process ${pid} (sleep) ended while it was read`)
  })

  test('many that end at any moment: each a report, or the error', async () => {
    let [whole, refused] = [0, 0]
    for (let round = 0; round < 40; round++) {
      const child = spawn('sleep', [String((round % 10) / 1000)], { stdio: 'ignore' })
      await inspect(child.pid!).then(
        ({ ids, namespaces }) => {
          whole++
          expect(ids.capabilities.bounding.length + Object.keys(namespaces).length).toBeGreaterThan(6)
          for (const line of Object.values(namespaces)) expect(line.inode).not.toBeNull()
        },
        (error: unknown) => {
          refused++
          expect(error).toBeInstanceOf(KernelError)
        },
      )
    }
    expect(whole + refused).toBe(40)
    expect(whole).toBeGreaterThan(0)
  })

  test('a name that would act on the terminal', async () => {
    const file = join(folder(), 'a\x1b[31mb')
    copyFileSync(which('sleep')!, file)
    const { pid } = await start(['unshare', '-Urn', file, '1000'], (all, first) =>
      all.find((one) => one.pid === first && one.name.includes('\x1b')),
    )
    const { stdout } = await cooper(['inspect', String(pid)])
    expect(stdout).not.toContain('\x1b')
  })
})
