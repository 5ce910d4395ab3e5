import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Mount, machine, mountAt, mountOf, mounts, viewOf } from '../../src/facts/index.ts'
import { parseMounts } from '../../src/facts/mounts.ts'
import { folder } from '../support/folder.ts'
import { box } from './box.ts'

const fixture = String.raw`27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
22 27 0:21 / /proc rw,nosuid shared:5 master:2 propagate_from:9 - proc proc rw
41 27 0:50 /a\040b\011c\012d\134e /mnt/x\040y rw unbindable - fuse.sshfs me@host:/\043one rw,user_id=0
42 27 0:51 / /srv ro,noexec - overlay  rw,lowerdir=/a\134:b:/c\040d,upperdir=/u
43 42 0:52 / /srv rw shared:7 - tmpfs none rw
44 42 0:53 / /srv/hidden rw - tmpfs none rw
45 43 0:54 / /srv/deep/er rw - tmpfs none rw
`

describe('parsing', () => {
  const list = parseMounts(fixture)

  test('every field', () => {
    expect(list[1]).toEqual({
      id: 22,
      parent: 27,
      device: '0:21',
      root: '/',
      at: '/proc',
      options: ['rw', 'nosuid'],
      propagation: { shared: 5, master: 2, propagateFrom: 9 },
      type: 'proc',
      source: 'proc',
      superOptions: ['rw'],
    })
  })

  test('octal escapes, in every field that may have them', () => {
    expect(list[2]).toMatchObject({
      root: '/a b\tc\nd\\e',
      at: '/mnt/x y',
      source: 'me@host:/#one',
      type: 'fuse.sshfs',
      propagation: { unbindable: true },
    })
    expect(list[3]?.superOptions).toEqual(['rw', 'lowerdir=/a\\:b:/c d', 'upperdir=/u'])
  })

  test('an empty source is not swallowed', () => {
    expect(list[3]).toMatchObject({ type: 'overlay', source: '', propagation: {} })
  })

  test('mountOf goes down the path as the kernel does', () => {
    const at = (path: string) => mountOf(list, path)?.id
    expect(at('/')).toBe(27)
    expect(at('/procession')).toBe(27)
    expect(at('/proc/1/ns/')).toBe(22)
    expect(at('/srv')).toBe(43)
    expect(at('/srv/hidden')).toBe(43)
    expect(at('//srv/deep/er/file')).toBe(45)
  })

  test('mountAt wants a mount at the very path, and on top', () => {
    expect(mountAt(list, '/srv')?.id).toBe(43)
    expect(mountAt(list, '/srv/')?.id).toBe(43)
    expect(mountAt(list, '/srv/hidden')).toBeUndefined()
    expect(mountAt(list, '/usr')).toBeUndefined()
  })

  test('below a chroot, the root may be no mount', () => {
    const list = parseMounts('50 49 0:60 / /proc rw - proc proc rw\n51 49 0:61 / /dev rw - tmpfs none rw\n')
    expect(mountOf(list, '/usr')).toBeUndefined()
    expect(mountAt(list, '/dev')?.id).toBe(51)
  })
})

describe('the kernel', () => {
  test('every mount lies where stat(2) finds its device', () => {
    const list = mounts(machine, process.pid)
    expect(list.length).toBeGreaterThan(2)
    for (const { at } of list) {
      const found = mountOf(list, at)
      const stat = spawnSync('stat', ['-c', '%Hd:%Ld', at])
      if (stat.status === 0) expect(`${at} ${found?.device}`).toBe(`${at} ${stat.stdout.toString().trim()}`)
    }
  })

  test('this very file lies on the mount that findmnt names', () => {
    const found = mountOf(mounts(machine, process.pid), import.meta.filename)
    const findmnt = spawnSync('findmnt', ['-n', '-o', 'TARGET,FSTYPE', '-T', import.meta.filename])
    expect([found?.at, found?.type]).toEqual(findmnt.stdout.toString().trim().split(/\s+/))
    expect(statSync(found!.at).isDirectory()).toBe(true)
  })

  test('names with a space, a tab, a newline and a backslash', async () => {
    const { run, holder } = await box()
    const dir = folder()
    const names = ['a b', 'a\tb', 'a\nb', 'a\\b', 'a\\040b', 'ü#']
    for (const name of names) {
      const quoted = `$'${`${dir}/${name}`.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}'`
      await run(`mkdir ${quoted} && mount -t tmpfs '${name.replaceAll('\n', '_')}' ${quoted}`)
    }
    const list = mounts(machine, holder)
    for (const name of names) {
      expect(mountAt(list, `${dir}/${name}`)).toMatchObject({
        type: 'tmpfs',
        source: name.replaceAll('\n', '_'),
      })
    }
  })

  test('stacked and covered mounts', async () => {
    const { run, holder } = await box()
    const dir = folder()
    await run(
      `mkdir -p ${dir}/x/y && mount -t tmpfs one ${dir}/x && mkdir ${dir}/x/y && mount -t tmpfs two ${dir}/x/y`,
    )
    const source = (path: string) => mountAt(mounts(machine, holder), path)?.source
    expect([source(`${dir}/x`), source(`${dir}/x/y`)]).toEqual(['one', 'two'])
    await run(`mount -t tmpfs three ${dir}/x`)
    expect([source(`${dir}/x`), source(`${dir}/x/y`)]).toEqual(['three', undefined])
  })

  test('propagation', async () => {
    const { run, holder } = await box()
    const dir = folder()
    await run(`cd ${dir} && mkdir a b c && mount -t tmpfs t a`)
    const at = (name: string): Mount['propagation'] | undefined =>
      mountAt(mounts(machine, holder), `${dir}/${name}`)?.propagation
    expect(at('a')).toEqual({})
    await run('mount --make-shared a && mount --bind a b && mount --make-slave b')
    expect(at('a')).toEqual({ shared: expect.any(Number) })
    expect(at('b')).toEqual({ master: at('a')?.shared })
    await run('mount --make-shared b && mount -t tmpfs t c && mount --make-unbindable c')
    expect(at('b')).toEqual({ master: at('a')?.shared, shared: expect.any(Number) })
    expect(at('c')).toEqual({ unbindable: true })
  })

  test('a bind mount shows a part; the view from inside shows the same', async () => {
    const { run, holder } = await box()
    const dir = folder()
    await run(`cd ${dir} && mkdir t b && mount -t tmpfs t t && mkdir t/part && mount --bind -o ro t/part b`)
    const [tmpfs, bind] = ['t', 'b'].map((name) => mountAt(mounts(machine, holder), `${dir}/${name}`)!)
    expect(bind).toMatchObject({
      root: '/part',
      device: tmpfs!.device,
      options: expect.arrayContaining(['ro']),
    })
    expect(mounts(viewOf(holder), 1)).toEqual(mounts(machine, holder))
  })

  test('none for a process that is gone', () => {
    expect(mounts(machine, spawnSync('true').pid)).toEqual([])
  })
})
