import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { compose, resolve, toScript } from '../../src/container/index.ts'
import { baseRoot } from '../../src/workbench/base/base.ts'
import { own } from '../../src/workbench/base/contents.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { folder } from '../support/folder.ts'
import { path, run } from './run.ts'

// The container's root comes about in a directory of the machine; a volume that holds this directory shows the machine's.

test.each(['/', '/proc/../'])('the whole machine as a volume (%s), by us and by the script', async (from) => {
  const base = { root: await baseRoot(), own }
  const wish = { base, env: { PATH: path }, volumes: [`${from}:/host:ro`] }
  const { root, layers } = resolve({ argv: ['true'], ...wish }, whoAmI()).box
  const place = layers?.place ?? root
  const name = `cooper-${basename(folder())}`
  writeFileSync(join(place, name), 'of the machine\n')
  onTestFinished(() => rmSync(join(place, name)))

  const argv = ['sh', '-c', `cat /host${place}/${name}; ls -d /host${place}/usr /host/etc/hostname`]
  const { output } = await run({ argv, ...wish })
  expect(output).toMatch(/^of the machine\nls: .*usr.*\n\/host\/etc\/hostname\n$/)

  const { box, pieces } = resolve({ argv, ...wish }, whoAmI())
  const typed = promisify(execFile)('sh', ['-c', toScript(compose(box, pieces))], { env: { PATH: path } })
  // Its status is that of ls, which has not found everything.
  const { stdout } = await typed.catch((error: { stdout: string }) => error)
  expect(stdout).toBe('of the machine\n/host/etc/hostname\n')
})

test('a root file system in a volume: as it is, not as it is mounted', async () => {
  const dir = folder()
  const root = join(dir, 'root')
  for (const name of ['usr', 'proc', 'sys', 'dev']) mkdirSync(join(root, name), { recursive: true })
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name))
  symlinkSync(dir, join(root, 'as-linked'))
  writeFileSync(join(root, 'proc/file'), '')
  const { output } = await run({
    argv: ['ls', '/host/root', '/host/root/proc'],
    root,
    volumes: ['/usr:/usr:ro', `${join(root, 'as-linked')}:/host`],
  })
  expect(output).toMatch(/^\/host\/root:\n(.*\n)*usr\n\n\/host\/root\/proc:\nfile\n$/)
})

test.each(['/sys', '/sys/fs', '/sys/fs/cgroup'])('over %s: it is what is seen, and no groups', async (to) => {
  const dir = folder()
  writeFileSync(join(dir, 'mine'), '')
  const base = { root: await baseRoot(), own }
  const { output } = await run({ argv: ['ls', to], base, env: { PATH: path }, volumes: [`${dir}:${to}`] })
  expect(output).toBe('mine\n')
})
