import { expect, test } from 'vitest'
import { volumeWish } from '../../src/container/volume-wish.ts'

test.each(['/proc', '/proc/', '//proc', '/x/../proc', '/proc/sys', '/proc/self/attr/exec'])(
  'nothing covers the container’s /proc: %s',
  (to) => {
    expect(() => volumeWish(`/etc:${to}`)).toThrow(/^mnt: -v \/etc:.*\n {2}because {3}the container's \/proc/)
  },
)

test.each([
  ['/processes', 'processes'],
  ['/srv/proc', 'srv/proc'],
  ['/sys/fs/cgroup', 'sys/fs/cgroup'],
])('but all else may be: %s', (to, inside) => {
  expect(volumeWish(`/etc:${to}:ro`)).toMatchObject({ to: inside, readOnly: true })
})
