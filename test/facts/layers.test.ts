import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { whyNoLayers } from '../../src/container/index.ts'
import {
  isOpaque,
  isWhiteout,
  layerOf,
  layers,
  layersThrough,
  layersUnder,
  seenThrough,
  viewOf,
} from '../../src/facts/index.ts'
import { parseMounts } from '../../src/facts/mounts.ts'
import { native } from '../../src/kernel/index.ts'
import { folder } from '../support/folder.ts'
import { box } from './box.ts'

const mount = (options: string, type = 'overlay') =>
  parseMounts(`27 1 0:50 / / rw - ${type} overlay ${options}\n`)[0]!

describe('options of a mount', () => {
  test('a list: divided by colons, but not by those with a backslash', () => {
    const options = String.raw`rw,lowerdir=/a\134\054b:/c\134:d:/e\134\134f,upperdir=/u\134\054p\134:p,workdir=/w\040k`
    expect(layersUnder(mount(options))).toEqual({
      lower: ['/a,b', '/c:d', '/e\\f'],
      upper: '/u,p:p',
      work: '/w k',
      userxattr: false,
    })
  })

  test('one by one: every name as it is', () => {
    const options = String.raw`rw,lowerdir+=/a\054b,lowerdir+=/c:d,lowerdir+=/e\134f,upperdir=/u\134x,workdir=/w,userxattr`
    expect(layersUnder(mount(options))).toEqual({
      lower: ['/a,b', '/c:d', '/e\\f'],
      upper: '/u\\x',
      work: '/w',
      userxattr: true,
    })
  })

  test('layers with data only have no names to show', () => {
    expect(layersUnder(mount('ro,lowerdir=/a:/b::/data'))?.lower).toEqual(['/a', '/b'])
    expect(layersUnder(mount(String.raw`ro,lowerdir=/a\134::/b`))?.lower).toEqual(['/a:', '/b'])
  })

  test('no overlay: nothing', () => expect(layersUnder(mount('rw', 'ext4'))).toBeUndefined())
})

/** Directories of one test: `files({ 'low/etc/x': 'text' })`; a name that ends in a slash is a directory. */
function tree(files: Record<string, string>): string {
  const root = folder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name.endsWith('/') ? name : join(name, '..')), { recursive: true })
    if (!name.endsWith('/')) writeFileSync(join(root, name), text)
  }
  return root
}

describe('which layer', () => {
  test('the topmost that has it; a directory is one of several', () => {
    const root = tree({ 'top/etc/a': '1', 'middle/etc/a': '2', 'middle/etc/b': '2', 'low/etc/b': '3' })
    const stack = ['top', 'middle', 'low'].map((name) => join(root, name))
    const from = (path: string) => seenThrough(stack, path).map(({ layer }) => layer.slice(root.length + 1))
    expect(from('/etc/a')).toEqual(['top'])
    expect(from('/etc/b')).toEqual(['middle'])
    expect(from('/etc')).toEqual(['top', 'middle', 'low'])
    expect(from('/etc/none')).toEqual([])
    expect(from('/etc/a/below')).toEqual([])
    expect(layerOf({ upper: stack[0], lower: stack.slice(1), userxattr: false }, 'etc/b')).toBe(stack[1])
  })

  test('a whiteout hides what is below, an opaque directory all of it', () => {
    const root = tree({ 'top/etc/': '', 'top/dir/': '', 'low/etc/gone': 'x', 'low/dir/hidden': 'x' })
    native().whiteout(join(root, 'top/etc/gone'))
    native().setXattr(join(root, 'top/dir'), 'user.overlay.opaque', 'y')
    const stack = [join(root, 'top'), join(root, 'low')]
    expect(seenThrough(stack, 'etc/gone')).toEqual([])
    expect(seenThrough(stack, 'dir/hidden')).toEqual([])
    expect(seenThrough(stack, 'dir')).toHaveLength(1)
    expect(seenThrough(stack, 'etc')).toHaveLength(2)
  })

  test('a file hides a directory, and a link is not followed', () => {
    const root = tree({ 'top/name': 'x', 'low/name/inner': 'x', 'low/real/file': 'x' })
    symlinkSync('real', join(root, 'low/link'))
    const stack = [join(root, 'top'), join(root, 'low')]
    expect(seenThrough(stack, 'name/inner')).toEqual([])
    expect(seenThrough(stack, 'link')).toHaveLength(1)
    expect(seenThrough(stack, 'link/file')).toEqual([])
  })

  test('a whiteout without a device node: an empty file with an attribute', () => {
    const root = tree({ 'top/a': '', 'top/b': '' })
    expect(isWhiteout(join(root, 'top/a'))).toBe(false)
    native().setXattr(join(root, 'top/a'), 'user.overlay.whiteout', '')
    expect(isWhiteout(join(root, 'top/a'))).toBe(true)
    expect(isWhiteout(join(root, 'top/b'))).toBe(false)
    expect(isWhiteout('/dev/null')).toBe(false)
  })
})

test.skipIf(whyNoLayers(true))(
  'under a mount that somebody else made: what the kernel did there is read there',
  async () => {
    const { run, holder } = await box()
    const at = '/dev/shm'
    await run(
      `mount -t tmpfs t ${at} && cd ${at} && mkdir low 'up,per' work merged && mkdir low/dir && echo x > low/a && echo x > low/b && echo x > low/dir/c`,
    )
    await run(`mount -t overlay o -o 'lowerdir=low,upperdir=up\\,per,workdir=work,userxattr' merged`)
    await run('rm merged/a && rm -r merged/dir && mkdir merged/dir && echo changed > merged/b')
    const found = layers(viewOf(holder), 1, `${at}/merged`)!
    expect(found).toEqual({ lower: ['low'], upper: 'up,per', work: 'work', userxattr: true })
    const { lower, upper } = layersThrough(`/proc/${holder}/root${at}`, found)
    expect(isWhiteout(join(upper!, 'a'))).toBe(true)
    expect(isOpaque(join(upper!, 'dir'))).toBe(true)
    expect(existsSync(join(lower[0]!, 'a'))).toBe(true)
    expect(layerOf({ ...found, lower, upper }, 'b')).toBe(upper)
    expect(layerOf({ ...found, lower, upper }, 'a')).toBeUndefined()
    expect(layers(viewOf(holder), 1, at)).toBeUndefined()
  },
)
