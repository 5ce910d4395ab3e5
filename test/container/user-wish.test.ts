import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { userWish } from '../../src/container/user-wish.ts'

function files(): string {
  const root = mkdtempSync(join(tmpdir(), 'cooper-users-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'etc'))
  writeFileSync(
    join(root, 'etc/passwd'),
    'ann:x:7:8::/ann:\nbig:x:4294967295:0::/:\nmob:x:9:99999999999::/:\n',
  )
  writeFileSync(join(root, 'etc/group'), 'staff:x:50:ann\ncrowd:x:4294967295:ann\n')
  return root
}

test('names and numbers, with the groups that the kernel takes', () => {
  const root = files()
  expect(userWish('ann', root, undefined)).toEqual({ user: { uid: 7, gid: 8, groups: [50] }, home: '/ann' })
  expect(userWish('2147483647:staff', root, undefined).user).toEqual({ uid: 2147483647, gid: 50, groups: [] })
})

test.each([
  ['99999999999', /^99999999999 is no id: they go from 0 to 2147483647$/],
  ['4294967294', /^4294967294 is no id/],
  ['2147483648', /^2147483648 is no id/],
  ['0:99999999999', /^99999999999 is no id/],
  ['big', /^the container's \/etc\/passwd says 4294967295, which is no id/],
  ['mob', /^the container's \/etc\/passwd says 99999999999, which is no id/],
  ['9', /^the container's \/etc\/passwd says 99999999999, which is no id/],
  ['ann:crowd', /^the container's \/etc\/group says 4294967295, which is no id/],
  ['-1', /has no user "-1", and it is no number$/],
  ['eve', /has no user "eve", and it is no number$/],
])('--user %s', (text, because) => {
  expect(() => userWish(text, files(), undefined)).toThrow(
    expect.objectContaining({
      refusal: expect.objectContaining({ errno: 0, because: expect.stringMatching(because) }),
    }),
  )
})
