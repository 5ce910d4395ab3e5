import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Wish } from '../../src/container/index.ts'
import { within } from '../support/child.ts'
import { folder } from '../support/folder.ts'
import { kernelError } from '../support/launch.ts'
import { sh } from './run.ts'

// Mount points are made in a root file system that is the learner's. They are nobody's to keep.

let scratch: string
let root: string

beforeEach(() => {
  scratch = folder()
  root = join(scratch, 'root')
  for (const name of ['usr', 'tmp', 'empty', 'real']) mkdirSync(join(root, name), { recursive: true })
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name))
  mkdirSync(join(scratch, 'data'))
})

const volumes = () => [
  '/usr:/usr:ro',
  `${join(scratch, 'data')}:/deep/down/below`,
  '/etc/hostname:/deep/etc/name',
  `${join(scratch, 'data')}:/empty`,
]
const inRoot = () => readdirSync(root, { recursive: true }).sort()
const inside = (command: string, wish: Partial<Wish> = {}) =>
  sh(command, { root, volumes: volumes(), ...wish })

describe('after a refusal nothing is left', () => {
  test.each<[why: string, wish: Partial<Wish>, code: string]>([
    ['the program is not there', { argv: ['/no/such/program'] }, 'ENOENT'],
    ['a later call fails', { cwd: '/no/such/directory' }, 'ENOENT'],
    [
      'a volume cannot be put there',
      { volumes: ['/usr:/deep/usr', '/etc/hostname:/deep/usr/bin'] },
      'ENOTDIR',
    ],
  ])('%s', async (_, wish, code) => {
    const before = inRoot()
    expect((await kernelError(() => inside('true', wish))).code).toBe(code)
    expect(inRoot()).toEqual(before)
  })
})

describe('after the program’s end', () => {
  test('nothing is left either', async () => {
    const before = inRoot()
    const { output, code } = await inside(
      'ls -d /proc/1 /dev/null /deep/*/*; echo data > /deep/down/below/file',
    )
    expect([output, code]).toEqual(['/deep/down/below\n/deep/etc/name\n/dev/null\n/proc/1\n', 0])
    expect(inRoot()).toEqual(before)
    expect(readdirSync(join(scratch, 'data'))).toEqual(['file'])
  })

  test('but what was put there is', async () => {
    const before = inRoot()
    await inside('touch /deep/kept')
    expect(inRoot()).toEqual([...before, 'deep', 'deep/kept'].sort())
  })

  test('where something of it may live on, they stay', async () => {
    await inside('true', { only: ['mnt'] })
    expect(inRoot()).toEqual(
      expect.arrayContaining(['deep/down/below', 'deep/etc/name', 'dev', 'proc', 'sys']),
    )
  })
})

test('what another container still has mounted is not taken from under it', async () => {
  const go = join(scratch, 'data/go')
  const seen = 'ls -d /proc/1 /dev/null /deep/*/*'
  const first = inside('touch /empty/first; until [ -e /empty/go ]; do sleep 0.02; done')
  await within(5000, () => existsSync(join(scratch, 'data/first')))
  const second = inside(`touch /empty/second; until [ -e /empty/gone ]; do sleep 0.02; done; ${seen}`)
  await within(5000, () => existsSync(join(scratch, 'data/second')))
  writeFileSync(go, '')
  expect((await first).code).toBe(0)
  writeFileSync(join(scratch, 'data/gone'), '')
  expect(await second).toMatchObject({ output: '/deep/down/below\n/deep/etc/name\n/dev/null\n/proc/1\n' })
})

test('a link that was put in the way leads nowhere outside', async () => {
  const outside = join(scratch, 'outside')
  mkdirSync(join(outside, 'inner'), { recursive: true })
  symlinkSync('/real', join(root, 'link'))
  const wish = { volumes: ['/usr:/usr:ro', `${join(scratch, 'data')}:/link/inner`] }
  expect((await inside(`rm /link; ln -s ${outside} /link; ls -d /real/inner`, wish)).output).toBe(
    '/real/inner\n',
  )
  expect(readdirSync(outside)).toEqual(['inner'])
})
