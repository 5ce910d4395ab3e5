import { spawn as nodeSpawn } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { native } from '../../src/kernel/index.ts'
import { run, shell } from '../support/child.ts'
import { folder } from '../support/folder.ts'

/** The listing itself needs a descriptor: ls(1) opens the directory. */
const list = 'cd /proc/self/fd; for fd in *; do test -e $fd && echo $fd; done'

function open(count: number): void {
  const held = Array.from({ length: count }, () => openSync('/dev/null', 'r'))
  onTestFinished(() => held.forEach(closeSync))
}

test('the program sees 0, 1 and 2, and no other of ours', async () => {
  open(300)
  expect((await shell(list)).printed).toBe('0\n1\n2\n')
})

test('two at once do not see each other’s', async () => {
  const both = await Promise.all([shell(`sleep 0.1; ${list}`), shell(list), shell(list)])
  expect(both.map(({ printed }) => printed)).toEqual(Array(3).fill('0\n1\n2\n'))
})

test('what its calls name is kept for the calls and gone for the program', async () => {
  open(20)
  const there = openSync('/usr', 'r')
  onTestFinished(() => closeSync(there))
  open(20)
  const { printed } = await shell(`pwd -P; ${list}`, {
    calls: [{ do: 'chdir', args: { to: { fd: there, path: '/usr' } } }],
    keep: [there],
  })
  expect(printed).toBe('/usr\n0\n1\n2\n')
})

test('what nobody named is closed before the calls', async () => {
  const there = openSync('/usr', 'r')
  onTestFinished(() => closeSync(there))
  const refused = run({ calls: [{ do: 'chdir', args: { to: { fd: there, path: '/usr' } } }] })
  await expect(refused).rejects.toThrow('"errno":9')
})

test('a program given as a descriptor does not see that one either', async () => {
  const program = native().sealedCopy('/bin/sh', 'sealed')
  onTestFinished(() => closeSync(program))
  const { printed } = await shell(list, { program })
  expect(printed).toBe('0\n1\n2\n')
})

test('the sealed copy cannot be written, grown or shrunk, and is the file', async () => {
  const fd = native().sealedCopy('/bin/sh', 'sealed')
  onTestFinished(() => closeSync(fd))
  expect(() => writeSync(fd, 'x', 0)).toThrow('EPERM')
  expect(() => ftruncateSync(fd, 1)).toThrow('EPERM')
  expect(readFileSync(`/proc/self/fd/${fd}`).equals(readFileSync('/bin/sh'))).toBe(true)
})

test('stdin, stdout and stderr may be any of our descriptors, crossed too', async () => {
  const dir = folder()
  const [a, b] = [openSync(join(dir, 'a'), 'w+'), openSync(join(dir, 'b'), 'w+')]
  const nothing = openSync('/dev/null', 'r')
  onTestFinished(() => [a, b, nothing].forEach(closeSync))
  await run({ argv: ['sh', '-c', 'echo out; echo err >&2'], stdio: [nothing, b, a] })
  expect([readFileSync(join(dir, 'a'), 'utf8'), readFileSync(join(dir, 'b'), 'utf8')]).toEqual([
    'err\n',
    'out\n',
  ])
})

test('a Node that was started with foreign descriptors, not close-on-exec, passes none of them on', async () => {
  const script = join(import.meta.dirname, '../support/parent.ts')
  const node = nodeSpawn(
    'bash',
    [
      '-c',
      'exec 7</dev/null 9>/dev/null 63</etc/passwd "$@"',
      'bash',
      process.execPath,
      '--import',
      'tsx',
      script,
      'list',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
  )
  let printed = ''
  node.stdout.on('data', (data) => (printed += data))
  const status = await new Promise((resolve) => node.once('close', resolve))
  expect(status).toBe(0)
  expect(printed.split('\n').slice(0, 3)).toEqual(['ours: 7 9 63', 'theirs: 0 1 2', 'theirs: 0 1 2'])
})
