import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Call, call, compose, type Piece, resolve, type Stage } from '../../src/container/index.ts'
import { type ArgsOf, errnoCode, type Namespace, nativeFile, type VerbName } from '../../src/kernel/index.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { path } from '../support/child.ts'
import { folder } from '../support/folder.ts'
import { kernelError, launched, planFor } from '../support/launch.ts'

const isRoot = process.getuid!() === 0

/** A program that some wish cannot run: which error, told how. */
async function refusal(argv0: string, more: { root?: string; cwd?: string; only?: string[] } = {}) {
  const { refusal, message } = await kernelError(() =>
    launched(planFor({ argv: [argv0], only: ['pid'], ...more })),
  )
  return { ...refusal, code: errnoCode(refusal.errno), message }
}

describe('a program that cannot be run: why, found by looking', () => {
  const dir = () => {
    const at = folder()
    writeFileSync(join(at, 'text'), 'hello', { mode: 0o755 })
    writeFileSync(join(at, 'plain'), '#!/bin/sh\n', { mode: 0o644 })
    writeFileSync(join(at, 'script'), '#! /no/such/sh -e\n', { mode: 0o755 })
    writeFileSync(join(at, 'empty'), '', { mode: 0o755 })
    return at
  }

  test('no directory on PATH has it', async () => {
    expect(await refusal('no-such-program')).toMatchObject({
      piece: 'run',
      call: 'execve("no-such-program")',
      code: 'ENOENT',
      because: 'no directory on PATH holds a program no-such-program',
    })
  })

  test.each([
    ['none', 'ENOENT', /the file \S+\/none is not there/],
    ['plain', 'EACCES', /permission is missing: \S+\/plain is not executable/],
    ['', 'EACCES', /is a directory/],
    ['script', 'ENOENT', /script is there, but its interpreter \/no\/such\/sh is missing/],
    ['text', 'ENOEXEC', /neither a program for this processor nor a script/],
    ['empty', 'ENOEXEC', /neither a program for this processor nor a script/],
    ['plain/below', 'ENOTDIR', /.+/],
  ])('%j: %s', async (name, code, because) => {
    const program = `${dir()}/${name}`
    const { message, ...said } = await refusal(program)
    expect(said).toMatchObject({ piece: 'run', call: `execve(${JSON.stringify(program)})`, code })
    expect(said.because).toMatch(because)
    expect(message).toMatch(/^run: execve\(.*\) failed: E\w+, .*\n {2}because {3}\S/)
  })

  test('a path from the current directory', async () => {
    const relative = join('..', '..', '..', '..', '..', '..', dir(), 'plain')
    expect((await refusal(relative)).because).toMatch(/plain is not executable/)
  })

  test('a program of the container’s own root whose dynamic linker is not in there', async () => {
    const root = folder()
    for (const at of ['bin', 'proc', 'sys', 'dev']) mkdirSync(join(root, at))
    copyFileSync('/bin/true', join(root, 'bin/true'))
    const said = await refusal('/bin/true', { root, only: ['pid', 'mnt', 'net', 'ipc'] })
    expect(said).toMatchObject({ code: 'ENOENT' })
    expect(said.because).toMatch(/^\/bin\/true is there, but its interpreter \/lib\S+ is missing$/)
  })

  test('a link in there is followed in there, not on the machine', async () => {
    const root = folder()
    for (const at of ['bin', 'proc', 'sys', 'dev']) mkdirSync(join(root, at))
    copyFileSync(nativeFile('init'), join(root, 'bin/init'))
    symlinkSync('/usr/bin/env', join(root, 'bin/tool'))
    const said = await refusal('/bin/tool', { root, only: ['pid', 'mnt', 'net', 'ipc'] })
    expect(said.because).toMatch(/\/bin\/tool is not there|leads to \/usr\/bin\/env, which is not there/)
  })
})

/** Makes one call too many in the namespaces given, and says what the error was. */
async function broken<V extends VerbName>(
  only: Namespace[],
  verb: V,
  args: ArgsOf<V>,
  at: Stage = 'settle',
  before: Call[] = [],
) {
  const wish = { argv: ['true'], only: [...new Set<Namespace>([...only, 'user'])], env: { PATH: path } }
  const { box, pieces } = resolve(wish, whoAmI())
  const breaking: Piece = {
    name: 'broken',
    lesson: 'mnt',
    summary: 'to be refused',
    calls: () => [...before, call(at, verb, args, 'to see the error')],
  }
  const chosen = pieces.filter(({ namespace }) => namespace !== 'mnt' || !only.includes('mnt'))
  const plan = compose({ ...box, root: '/' }, [...chosen, breaking])
  const clone = [...new Set([...plan.clone, ...only])]
  return await kernelError(() => launched({ ...plan, clone }))
}

const make = (flag: 'private' | 'shared') => call('part', 'mount', { to: '/', flags: ['rec', flag] }, 'x')

describe('calls that the kernel refuses, as a person reads it', () => {
  test('all five lines, in DESIGN’s order', async () => {
    const { message } = await broken(['mnt'], 'pivotRoot', { newRoot: '/usr', putOld: '/usr' }, 'pivot', [
      make('private'),
    ])
    expect(message.split('\n').map((line) => line.slice(0, 12).trim())).toEqual([
      'broken: pivo',
      'because',
      'try',
      'learn',
    ])
    expect(message).toContain('learn     cooper learn mnt, "Break it"')
  })

  test('pivot_root: the parent is shared', async () => {
    const dir = folder()
    chmodSync(dir, 0o755)
    const bind = call('root', 'mount', { from: dir, to: dir, flags: ['bind'] }, 'x')
    const stand = call('root', 'chdir', { to: dir }, 'x')
    const before = [make('shared'), bind, stand]
    expect(await broken(['mnt'], 'pivotRoot', { newRoot: '.', putOld: '.' }, 'pivot', before)).toMatchObject({
      refusal: {
        piece: 'broken',
        call: 'pivot_root(".", ".")',
        errno: 22,
        because: expect.stringMatching(/shared/),
        remedy: expect.stringContaining('mount --make-rprivate /'),
      },
    })
  })

  test('pivot_root: no mount point', async () => {
    // On another mount than the root's own, for there it is EBUSY.
    const dir = folder()
    const calls = [
      make('private'),
      call('root', 'mount', { from: 'x', to: dir, type: 'tmpfs' }, 'x'),
      call('root', 'mkdir', { at: join(dir, 'new') }, 'x'),
    ]
    const at = join(dir, 'new')
    const { refusal } = await broken(['mnt'], 'pivotRoot', { newRoot: at, putOld: at }, 'pivot', calls)
    expect(refusal).toMatchObject({ errno: 22, because: expect.stringMatching(/no mount point/) })
  })

  test('pivot_root: the old root onto itself', async () => {
    const dir = folder()
    const before = [make('private'), call('root', 'mount', { from: 'x', to: dir, type: 'tmpfs' }, 'x')]
    const { refusal } = await broken(['mnt'], 'pivotRoot', { newRoot: dir, putOld: '/' }, 'pivot', before)
    expect(refusal).toMatchObject({
      errno: 16,
      because: expect.stringMatching(/is on the mount that is the root now/),
    })
  })

  test('pivot_root: the old root beside the new one, not below it', async () => {
    const [dir, beside] = [folder(), folder()]
    const before = [
      make('private'),
      call('root', 'mount', { from: 'x', to: dir, type: 'tmpfs' }, 'x'),
      call('root', 'mount', { from: 'x', to: beside, type: 'tmpfs' }, 'x'),
    ]
    const { refusal } = await broken(['mnt'], 'pivotRoot', { newRoot: dir, putOld: beside }, 'pivot', before)
    expect(refusal).toMatchObject({ errno: 22, because: `${beside} is not below ${dir}` })
  })

  test('pivot_root: after a chroot, the root is no mount point', async () => {
    const dir = folder()
    const before = [
      make('private'),
      call('root', 'mount', { from: 'x', to: dir, type: 'tmpfs' }, 'x'),
      call('root', 'mkdir', { at: join(dir, 'in') }, 'x'),
      call('root', 'mount', { from: 'x', to: join(dir, 'in'), type: 'tmpfs' }, 'x'),
      call('root', 'mkdir', { at: join(dir, 'root') }, 'x'),
      call('root', 'mount', { from: join(dir, 'in'), to: join(dir, 'root'), flags: ['bind'] }, 'x'),
      call('root', 'mkdir', { at: join(dir, 'root/new') }, 'x'),
      call('root', 'mount', { from: 'x', to: join(dir, 'root/new'), type: 'tmpfs' }, 'x'),
      call('root', 'mkdir', { at: join(dir, 'root/plain') }, 'x'),
      call('root', 'mkdir', { at: join(dir, 'root/plain/new') }, 'x'),
      call('root', 'mount', { from: 'x', to: join(dir, 'root/plain/new'), type: 'tmpfs' }, 'x'),
      call('root', 'chroot', { to: join(dir, 'root/plain') }, 'x'),
    ]
    const { refusal } = await broken(
      ['mnt'],
      'pivotRoot',
      { newRoot: '/new', putOld: '/new' },
      'pivot',
      before,
    )
    expect(refusal).toMatchObject({ errno: 22, because: expect.stringMatching(/after a chroot/) })
  })

  test.each([
    ['mount', { from: 'proc', to: '/proc', type: 'proc' }, 1, /shows one PID namespace/],
    ['mount', { from: 'sysfs', to: '/sys', type: 'sysfs' }, 1, /shows one network namespace/],
    ['mount', { from: 'x', to: '/no/where', type: 'tmpfs' }, 2, /the mount point \/no\/where is not there/],
    ['mount', { from: '/no/where', to: '/mnt', flags: ['bind'] }, 2, /\/no\/where is not there/],
    ['mount', { from: 'x', to: '/mnt', type: 'nofs' }, 19, /no file system nofs/],
    ['umount', { at: '/usr' }, 22, /no mount point|locked here/],
    ['sethostname', { name: 'x' }, 1, /CAP_SYS_ADMIN is needed over the owner of this UTS namespace/],
    ['linkUp', { name: 'lo' }, 1, /CAP_NET_ADMIN/],
    ['mknod', { at: '/tmp/cooper-test-node', device: [1, 3] }, 1, /never in a user namespace/],
    ['setuid', { uid: 70000 }, 22, /uid 70000 is not in the uid_map/],
    ['setgid', { gid: 70000 }, 22, /gid 70000 is not in the gid_map/],
    ['chroot', { to: '/no/where' }, 2, /\/no\/where is not there/],
    ['chdir', { to: '/etc/passwd' }, 20, /not a directory/],
    ['mkdir', { at: '/proc/x' }, 2, /.+/],
    ['write', { at: '/no/where', text: '' }, 2, /\/no\/where is not there/],
    ['symlink', { at: '/usr', to: 'x' }, 17, /\/usr is there already/],
    ['capset', { effective: 1, permitted: 0, inheritable: 0 }, 1, /not permitted/],
  ] as [VerbName, never, number, RegExp][])('%s %j', async (verb, args, errno, because) => {
    const { refusal, message } = await broken(['mnt'], verb, args, 'settle', [make('private')])
    expect(refusal.errno, message).toBe(errno)
    expect(refusal.because).toMatch(because)
  })

  // With a range of ids, as root has and newuidmap gives, it is allowed.
  test.skipIf(isRoot || whoAmI().granted)('setgroups is denied, with one id of one’s own', async () => {
    const { refusal } = await broken([], 'setgroups', { groups: [] })
    expect(refusal).toMatchObject({ errno: 1, because: expect.stringMatching(/setgroups is denied/) })
  })
})

test('a process that is gone cannot be joined', async () => {
  const plan = planFor({ argv: ['true'], only: ['uts'] })
  const join = { pid: 4194305, namespaces: ['uts'] as Namespace[] }
  const error = await kernelError(() => launched({ ...plan, within: { join } }))
  expect(error.refusal).toMatchObject({ errno: 3, because: expect.stringMatching(/4194305/) })
})
