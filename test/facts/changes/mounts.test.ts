import { describe, expect, test } from 'vitest'
import { machine, namespaces, snapshot, viewOf } from '../../../src/facts/index.ts'
import { folder } from '../../support/folder.ts'
import { box, until } from '../box.ts'
import { named, runs, told } from './told.ts'

describe('mounts', () => {
  test('new, changed, gone', async () => {
    const bench = await box()
    const dir = folder()
    const where = `, in mount namespace ${namespaces(machine, bench.holder).mnt!.inode}`
    expect(await told(bench, `mount -t tmpfs t ${dir}`)).toEqual([`new mount: tmpfs on ${dir}${where}`])
    expect(await told(bench, `mkdir ${dir}/a ${dir}/b && mount --bind ${dir}/a ${dir}/b`)).toEqual([
      `new mount: /a on ${dir}/b (a bind mount)${where}`,
    ])
    expect(await told(bench, `mount -o remount,bind,ro ${dir}/b`)).toEqual([
      `the mount on ${dir}/b is now read-only${where}`,
    ])
    expect(await told(bench, `mount -o remount,bind,rw ${dir}/b`)).toEqual([
      `the mount on ${dir}/b is now writable${where}`,
    ])
    expect(await told(bench, `mount --make-shared ${dir}`)).toEqual([
      `the mount on ${dir} is now shared; it was private${where}`,
    ])
    expect(await told(bench, `mount --make-private ${dir} && umount ${dir}/b && umount ${dir}`)).toEqual([
      `gone: the mount of tmpfs on ${dir}${where}`,
      `gone: the mount of /a on ${dir}/b (a bind mount)${where}`,
    ])
  })

  test('many are counted', async () => {
    const bench = await box()
    const where = `, in mount namespace ${namespaces(machine, bench.holder).mnt!.inode}`
    const dir = folder()
    const all = Array.from(
      { length: 9 },
      (_, n) => `mkdir -p ${dir}/${n} && mount -t tmpfs t ${dir}/${n}`,
    ).join(' && ')
    const first = [0, 1, 2, 3, 4, 5].map((n) => `tmpfs on ${dir}/${n}`).join(', ')
    expect(await told(bench, all)).toEqual([`9 new mounts: ${first} and 3 more${where}`])
    const { length } = (await snapshot(viewOf(bench.holder))).mounts[key(bench.holder)]!
    expect(await told(bench, 'mount --make-rshared /')).toEqual([`${length} mounts became shared${where}`])
  })

  test('one that propagated is told once', async () => {
    const bench = await box()
    const dir = folder()
    await bench.run(`mount -t tmpfs t ${dir} && mount --make-shared ${dir} && mkdir ${dir}/x`)
    await bench.run('unshare -m --propagation unchanged sleep 1000 &')
    const view = viewOf(bench.holder)
    // Its command line is there a moment after its name.
    await until(() => (runs('sleep')(view) && named(view, 'sleep').command.includes('1000')) || undefined)
    const inodes = [namespaces(view, 1), namespaces(view, named(view, 'sleep').pid)].map(
      ({ mnt }) => mnt!.inode,
    )
    expect(await told(bench, `mount -t tmpfs t ${dir}/x`)).toEqual([
      `new mount: tmpfs on ${dir}/x, in mount namespaces ${inodes.sort().join(' and ')}`,
    ])
  })

  test('what a chroot hides is not gone', async () => {
    const bench = await box()
    const dir = folder()
    await bench.run(`mount --rbind / ${dir}`)
    const found = await told(bench, `chroot ${dir} sleep 1000 & chroot ${dir} sleep 1000 &`, runs('sleep', 2))
    expect(found.filter((text) => text.includes('mount'))).toEqual([])
  })

  const key = (pid: number) => {
    const { device, inode } = namespaces(machine, pid).mnt!
    return `mnt ${device}:${inode}`
  }
})
