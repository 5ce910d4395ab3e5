import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { machine } from '../../src/facts/index.ts'
import { namesIn, resolvePath, sameFile } from '../../src/facts/paths.ts'
import { folder } from '../support/folder.ts'
import { box, itself, start } from './box.ts'

const own = (path: string, options = {}) => resolvePath(machine, process.pid, path, options)

test('in a box, the same path, device and inode as readlink(1) and stat(1) say there', async () => {
  const { run, holder } = await box()
  await run('mount -t tmpfs t /mnt && mkdir -p /mnt/a/b && touch /mnt/a/b/file')
  await run('ln -s ../b/./file /mnt/a/b/up; ln -s /mnt/a/b /mnt/absolute; ln -s absolute/up /mnt/chain')
  await run('mount -t tmpfs deeper /mnt/a && mkdir -p /mnt/a/b && echo new > /mnt/a/b/file; cd /mnt')
  await run('ln -s ../../../../mnt/a/b/file /mnt/a/b/up')
  for (const path of [
    '/mnt/chain',
    '/mnt/absolute',
    'chain',
    '../mnt/./a',
    '/proc/self/root/mnt',
    '/..',
    '/',
  ]) {
    const found = resolvePath(machine, holder, path)
    const [name, id] = (await run(`readlink -f ${path}; stat -L -c %d:%i ${path}`)).trim().split('\n')
    expect.soft(`${found?.device}:${found?.inode}`, path).toBe(id)
    expect.soft(found?.path, path).toBe(name)
  }
  expect(resolvePath(machine, holder, '/mnt/chain')?.mount).toMatchObject({ at: '/mnt/a', source: 'deeper' })
  expect(resolvePath(machine, holder, '/mnt/chain', { follow: false })).toMatchObject({
    kind: 'link',
    mount: { at: '/mnt' },
  })
  expect(resolvePath(machine, holder, '/proc/self/comm')?.path).toBe('/proc/1/comm')
})

test('after a chroot neither an absolute link nor dots lead out', async () => {
  const jail = folder()
  mkdirSync(join(jail, 'etc'))
  writeFileSync(join(jail, 'etc/name'), '')
  symlinkSync('/etc', join(jail, 'absolute'))
  symlinkSync('../../../../../etc/passwd', join(jail, 'dots'))
  symlinkSync('../../../../../../../etc/name', join(jail, 'within'))
  for (const name of ['usr', 'lib', 'lib64', 'bin']) mkdirSync(join(jail, name))
  const binds = ['usr', 'lib', 'lib64', 'bin'].map((name) => `mount --rbind /${name} ${jail}/${name}`)
  const { pid } = await start(
    ['unshare', '-Urm', 'sh', '-c', `${binds.join('; ')}; exec chroot ${jail} sleep 1000`],
    itself('sleep'),
  )
  const at = (path: string) => resolvePath(machine, pid, path)
  expect(sameFile(at('/'), own(jail))).toBe(true)
  expect(sameFile(at('/absolute'), own(`${jail}/etc`))).toBe(true)
  expect(at('/dots')).toBeUndefined()
  expect(at('/within')?.path).toBe('/etc/name')
  expect(at('/../../etc/name')?.path).toBe('/etc/name')
  expect(namesIn(machine, pid, '/absolute')).toEqual(['name'])
})

test('circles, files as directories, and what is not there are nothing', () => {
  const at = folder()
  symlinkSync('b', join(at, 'a'))
  symlinkSync('a', join(at, 'b'))
  writeFileSync(join(at, 'file'), '')
  expect(own(`${at}/a`)).toBeUndefined()
  expect(own(`${at}/a`, { follow: false })?.kind).toBe('link')
  expect(own(`${at}/file/..`)).toBeUndefined()
  expect(own(`${at}/nothing`)).toBeUndefined()
  expect(namesIn(machine, process.pid, `${at}/file`)).toBeUndefined()
  expect(resolvePath(machine, 2 ** 22 + 1, '/')).toBeUndefined()
  expect(sameFile(undefined, undefined)).toBe(false)
})

test('a file that was moved is the same file; another of its name is not', () => {
  const at = folder()
  writeFileSync(join(at, 'one'), '')
  const before = own(`${at}/one`)
  renameSync(join(at, 'one'), join(at, 'two'))
  writeFileSync(join(at, 'one'), '')
  expect(sameFile(before, own(`${at}/two`))).toBe(true)
  expect(sameFile(before, own(`${at}/one`))).toBe(false)
})

test('no descriptor is left open', () => {
  const count = () => namesIn(machine, process.pid, '/proc/self/fd')!.length
  const before = count()
  for (let n = 0; n < 20; n++) {
    own('/proc/self/root/usr/../etc/passwd')
    own('/nothing/at/all')
  }
  expect(count()).toBe(before)
})
