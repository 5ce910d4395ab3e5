import { expect, test } from 'vitest'
import { whoAmI } from '../../src/workbench/index.ts'
import { sh } from './run.ts'

// Without root, more ids than one's own are for newuidmap(1) and newgidmap(1) to map, and for /etc/subuid to grant.

const { privileged, granted } = whoAmI()
const reason = privileged
  ? 'root maps by itself'
  : granted
    ? undefined
    : 'needs newuidmap and a line in /etc/subuid'

test.skipIf(reason)('one’s own id as root, and what is granted behind it', async () => {
  const { output, code } = await sh('cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups; id -u', {
    only: ['user'],
  })
  expect(code).toBe(0)
  const { uid, gid } = granted!
  const map = (own: number, range: { first: number; count: number }) => [
    `0 ${own} 1`,
    `1 ${range.first} ${range.count}`,
  ]
  expect(
    output
      .trim()
      .split('\n')
      .map((line) => line.trim().replace(/\s+/g, ' ')),
  ).toEqual([...map(process.getuid!(), uid), ...map(process.getgid!(), gid), 'allow', '0'])
})

test.skipIf(reason)('another user inside is another user outside', async () => {
  const { output } = await sh(
    'id -u; grep ^Uid /proc/self/status; chown 0:0 /tmp 2>&1; setpriv --clear-groups id -G',
    {
      only: ['user', 'pid', 'mnt'],
      user: '33',
    },
  )
  expect(output).toMatch(/^33\nUid:\t33\t33\t33\t33\n/)
})
