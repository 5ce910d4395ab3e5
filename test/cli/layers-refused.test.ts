import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { machine, mountAt } from '../../src/facts/index.ts'
import { mounts } from '../../src/facts/mounts.ts'
import { cooper } from '../support/cooper.ts'

const refused = async (...flags: string[]) => {
  const { status, stderr } = await cooper(['run', ...flags, '--', 'true'])
  expect(status).toBe(125)
  return stderr
}

test.each([
  ['/proc', 'because   /proc is on proc, which cannot hold an upper'],
  ['/proc/sys', 'because   /proc/sys is on proc, which cannot hold an upper'],
  ['/etc/passwd', 'because   /etc/passwd is not a directory'],
  ['/nothing/there', 'because   /nothing/there is not there'],
])('an upper at %s is refused by its true reason, before anything is made', async (upper, reason) => {
  const told = await refused('--upper', upper)
  expect(told).toContain(`mnt: --upper ${upper}`)
  expect(told).toContain(reason)
})

test('an upper where a mount begins: the work directory beside it would lie on another', async (context) => {
  const tops = mounts(machine, process.pid).filter(
    ({ type, options }) => type === 'tmpfs' && options.includes('rw'),
  )
  const top = tops.find(({ at }) => at !== '/' && mountAt(mounts(machine, process.pid), at)?.type === 'tmpfs')
  if (!top) return context.skip('no tmpfs is mounted here')
  expect(await refused('--upper', top.at)).toMatch(
    /a mount begins at .*, so the work directory[\s\S]*try +mkdir .*\/upper, and --upper .*\/upper|may not go there/,
  )
})

test('a lower on /proc: the kernel says EINVAL, and we which of the layers it was', async () => {
  expect(await refused('--lower', '/proc')).toContain('because   /proc is on proc, which cannot be a layer')
})

test('a lower that this user may not read is named, and not what fails after it', async (context) => {
  if (process.getuid!() === 0) return context.skip('root may read every directory')
  const dir = mkdtempSync(join(tmpdir(), 'cooper-lower-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'closed'), { mode: 0o000 })
  const told = await refused('--lower', join(dir, 'closed'))
  expect(told).toContain('this user may not go there')
})
