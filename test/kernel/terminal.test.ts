import { closeSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { expect, onTestFinished, test } from 'vitest'
import { type Act, type Namespace, native, spawn } from '../../src/kernel/index.ts'
import { mapOwnId, planOf, Refused, within } from '../support/child.ts'

/** A program on a terminal that it opened itself, and what it prints there. */
async function terminal(line: string, { clone = [], before = [], ptmx = '/dev/ptmx' }: Where = {}) {
  let master = -1
  const open: Act = { do: 'openTerminal', args: { ptmx, rows: 24, columns: 80 } }
  const plan = planOf({
    argv: ['bash', '-c', line],
    clone,
    calls: [...before, { do: 'setsid', args: {} }, open],
  })
  const { exit, pid } = await spawn(plan, {
    born: clone.includes('user') ? mapOwnId : undefined,
    opened: (fd) => {
      master = fd
    },
    failed: (failure) => new Refused(failure),
  })
  return { ...listen(master), master, exit, pid }
}

interface Where {
  clone?: Namespace[]
  before?: Act[]
  ptmx?: string
}

function listen(master: number) {
  const stream = new ReadStream(master)
  let printed = ''
  stream.on('data', (data: Buffer) => {
    printed += data.toString().replaceAll('\r', '')
  })
  stream.on('error', () => stream.destroy())
  onTestFinished(() => void stream.destroy())
  const says = (text: string) => within(3000, () => printed.includes(text))
  return { says, printed: () => printed, write: (keys: string) => stream.write(keys), stream }
}

test('it is the controlling one, on all three descriptors, with the size that was asked for', async () => {
  const { says, printed, exit } = await terminal(
    'tty; stty size; for i in 0 1 2; do test -t $i && echo fd $i; done; echo through >/dev/tty; ls /proc/self/fd | wc -l',
  )
  expect(await exit).toEqual({ code: 0, signal: 0 })
  await says('through')
  expect(printed()).toMatch(/^\/dev\/pts\/\d+\n24 80\nfd 0\nfd 1\nfd 2\nthrough\n/)
  expect(printed()).toMatch(/\n4\n$/)
})

test('a new size arrives as SIGWINCH', async () => {
  const { says, printed, master, write } = await terminal(
    'trap "stty size; echo winch" WINCH; echo ready; while ! read -t 0.05; do :; done',
  )
  expect(await says('ready')).toBe(true)
  native().resize(master, 50, 132)
  expect(await says('winch'), printed()).toBe(true)
  expect(printed()).toContain('50 132\nwinch')
  write('\r')
})

test('Ctrl-C reaches the foreground', async () => {
  const { says, exit, write } = await terminal('echo ready; exec sleep 10')
  await says('ready')
  write('\x03')
  expect(await exit).toEqual({ code: 0, signal: 2 })
})

test('when its master is closed, it hangs up', async () => {
  const { says, exit, stream } = await terminal('echo ready; exec sleep 10')
  await says('ready')
  stream.destroy()
  expect(await exit).toEqual({ code: 0, signal: 1 })
})

test('of its own devpts: number 0 there, whatever the machine has', async () => {
  const { says, printed } = await terminal('tty; stty size; exec sleep 1', {
    clone: ['user', 'mnt'],
    ptmx: '/dev/pts/ptmx',
    before: [
      { do: 'mount', args: { to: '/', flags: ['rec', 'private'] } },
      {
        do: 'mount',
        args: { from: 'devpts', to: '/dev/pts', type: 'devpts', data: 'newinstance,ptmxmode=0666' },
      },
    ],
  })
  await says('24 80')
  expect(printed()).toBe('/dev/pts/0\n24 80\n')
})

test('one of the machine, handed in as stdio, is taken', async () => {
  const [master, slave] = native().openPty()
  native().resize(master, 30, 100)
  const plan = planOf({
    argv: ['bash', '-c', 'echo to the terminal >/dev/tty; stty size'],
    stdio: [slave, slave, slave],
    calls: [
      { do: 'setsid', args: {} },
      { do: 'takeTerminal', args: {} },
    ],
  })
  const { exit } = await spawn(plan, { failed: (failure) => new Refused(failure) })
  const { says } = listen(master)
  expect(await says('to the terminal\n30 100\n')).toBe(true)
  expect(await exit).toEqual({ code: 0, signal: 0 })
  closeSync(slave)
})

test('without a session of its own it gets none: EPERM', async () => {
  const [master, slave] = native().openPty()
  const plan = planOf({
    argv: ['true'],
    stdio: [slave, slave, slave],
    calls: [{ do: 'takeTerminal', args: {} }],
  })
  onTestFinished(() => {
    for (const fd of [master, slave]) closeSync(fd)
  })
  await expect(spawn(plan, { failed: (failure) => new Refused(failure) })).rejects.toThrow('"errno":1')
})
