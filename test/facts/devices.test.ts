import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Device, devices, isListed } from '../../src/facts/devices.ts'
import { machine } from '../../src/facts/index.ts'
import { box } from './box.ts'

test('the nodes of this machine, with the numbers that stat(1) says', () => {
  const found = devices(machine, process.pid)
  expect(found).toContainEqual({ name: 'null', kind: 'character', major: 1, minor: 3 })
  const names = found.map(({ name }) => `/dev/${name}`)
  const said = execFileSync('stat', ['-c', '%n %Hr:%Lr', ...names], { encoding: 'utf8' })
  expect(found.map(({ name, major, minor }) => `/dev/${name} ${major}:${minor}`)).toEqual(
    said.trim().split('\n'),
  )
})

test('a box’s own small /dev: bound nodes, its own terminals, no links', async () => {
  const { run, holder } = await box()
  await run('mount -t tmpfs dev /mnt; cd /mnt')
  await run('touch nothing null && mount --bind /dev/null null && mkdir pts && ln -s null alias')
  await run('mount -t devpts -o newinstance,ptmxmode=666 devpts pts && cd / && mount -n --move /mnt /dev')
  await run('ln -s pts/ptmx /dev/ptmx; exec 7<>/dev/ptmx')
  expect(devices(machine, holder)).toEqual([
    { name: 'null', kind: 'character', major: 1, minor: 3 },
    { name: 'pts/0', kind: 'character', major: 136, minor: 0 },
    { name: 'pts/ptmx', kind: 'character', major: 5, minor: 2 },
  ])
})

test('a /dev that is a link shows what is behind it in the box, never the reader’s', async () => {
  const { run, holder } = await box()
  await run('mount -t tmpfs root /mnt && mkdir /mnt/elsewhere && ln -s /elsewhere /mnt/dev')
  await run('touch /mnt/elsewhere/zero && mount --bind /dev/zero /mnt/elsewhere/zero')
  await run('mkdir /mnt/usr /mnt/proc && mount --rbind /usr /mnt/usr && mount --rbind /proc /mnt/proc')
  await run('for d in bin lib lib64; do ln -s usr/$d /mnt/$d; done')
  await run('chroot /mnt sleep 1000 & until [ "$(readlink /proc/$!/root)" = /mnt ]; do sleep 0.05; done')
  const pid = Number(await run('echo $!'))
  const found = devices({ proc: `/proc/${holder}/root/proc` }, pid)
  expect(found).toEqual([{ name: 'zero', kind: 'character', major: 1, minor: 5 }])
})

test('a list of devices, as version 1 writes it', () => {
  const null_: Device = { name: 'null', kind: 'character', major: 1, minor: 3 }
  const disk: Device = { name: 'sda', kind: 'block', major: 8, minor: 0 }
  const list = 'c 1:3 rwm\nc 5:* rwm\nb *:* m\n'
  expect([null_, disk].map((one) => isListed(list, one))).toEqual([true, false])
  expect(isListed('a *:* rwm\n', disk)).toBe(true)
  expect(isListed('b 8:* r\n', disk)).toBe(true)
})
