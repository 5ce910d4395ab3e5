import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { groupName, machine, namedMaps, userName, viewOf } from '../../src/facts/index.ts'
import { folder } from '../support/folder.ts'
import { box } from './box.ts'

/** A proc of our own making, with one process whose root is an empty directory. */
function invented() {
  const proc = folder()
  const etc = join(proc, '7', 'root', 'etc')
  mkdirSync(etc, { recursive: true })
  return { view: { proc }, etc }
}

test('root inside has a name on either side', async () => {
  const { holder } = await box()
  const { username, uid, gid } = userInfo()
  const group = spawnSync('id', ['-gn']).stdout.toString().trim()
  expect(namedMaps(machine, holder)).toEqual({
    uid: [{ inside: 0, outside: uid, count: 1, insideName: 'root', outsideName: username }],
    gid: [{ inside: 0, outside: gid, count: 1, insideName: 'root', outsideName: group }],
  })
})

test('the name is the one of the process’s own root', async () => {
  const { run, holder } = await box()
  const dir = folder()
  writeFileSync(join(dir, 'passwd'), 'captain:x:0:0::/:/bin/sh\nroot:x:0:0::/:/bin/sh\n')
  await run(`mount --bind ${dir}/passwd /etc/passwd`)
  expect(userName(viewOf(holder), 1, 0)).toBe('captain')
  expect(userName(machine, process.pid, 0)).toBe('root')
  expect(namedMaps(machine, holder)?.uid[0]?.insideName).toBe('captain')
})

test('a root without such files names nobody, and is no reason to fail', () => {
  const { view } = invented()
  expect(userName(view, 7, 0)).toBeUndefined()
  expect(groupName(view, 7, 0)).toBeUndefined()
  expect(namedMaps(view, 7)).toBeUndefined()
})

test('a link in a foreign root is not followed, a pipe does not hold us', () => {
  const { view, etc } = invented()
  symlinkSync('/etc/passwd', join(etc, 'passwd'))
  expect(userName(view, 7, 0)).toBeUndefined()
  spawnSync('mkfifo', [join(etc, 'group')])
  expect(groupName(view, 7, 0)).toBeUndefined()
})
