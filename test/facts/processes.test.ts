import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  children,
  descendants,
  machine,
  type Process,
  parents,
  processes,
  process as processOf,
  requireProcess,
  viewOf,
} from '../../src/facts/index.ts'
import { parseProcess } from '../../src/facts/processes.ts'
import { KernelError } from '../../src/kernel/error.ts'
import { folder } from '../support/folder.ts'
import { box, childOf, itself, start, until } from './box.ts'

const status = 'Name:\tx\nUid:\t1000\t1001\t1002\t1003\nGid:\t5\t6\t7\t8\nNSpid:\t4711\t33\t1\n'
const stat = (name: string) =>
  `4711 (${name}) S 12 4700 4600 34817 4700 4194304 1 2 3 4 5 6 7 8 20 0 3 0 98765 3133440 386`

describe('parsing', () => {
  test.each(['sleep', 'a b', ') R 1 (', '((', '))', '', 'a\nb', '\\n', 'R 1 2 3'])('the name %j', (name) => {
    expect(parseProcess(stat(name), status, '')).toMatchObject({
      pid: 4711,
      name,
      state: 'S',
      ppid: 12,
      started: 98765,
    })
  })

  test('every field is the one of its place', () => {
    expect(parseProcess(stat('bash'), status, 'bash\0-c\0\0a b\n\0')).toEqual({
      pid: 4711,
      ppid: 12,
      name: 'bash',
      command: ['bash', '-c', '', 'a b\n'],
      state: 'S',
      nspid: [4711, 33, 1],
      uid: { real: 1000, effective: 1001, saved: 1002, fs: 1003 },
      gid: { real: 5, effective: 6, saved: 7, fs: 8 },
      threads: 3,
      started: 98765,
      tty: 34817,
      foreground: 4700,
      session: 4600,
      pgrp: 4700,
      kernel: false,
    })
  })

  test('no command line, and zeros left by a process that renamed itself', () => {
    expect(parseProcess(stat('kworker'), status, '').command).toEqual([])
    expect(parseProcess(stat('nginx'), status, 'nginx: master\0\0\0\0').command).toEqual(['nginx: master'])
  })

  test('a kernel without NSpid', () => {
    expect(parseProcess(stat('x'), status.replace(/NSpid.*\n/, ''), '').nspid).toEqual([4711])
  })
})

describe('the kernel', () => {
  test('tells the same about this process as Node does', () => {
    const self = processOf(machine, process.pid)!
    expect(self).toMatchObject({
      pid: process.pid,
      ppid: process.ppid,
      nspid: [process.pid],
      kernel: false,
      uid: { real: process.getuid!(), effective: process.geteuid!() },
      gid: { real: process.getgid!(), effective: process.getegid!() },
    })
    expect(self.threads).toBeGreaterThan(1)
    expect(processes(machine).map((one) => one.pid)).toContain(process.pid)
  })

  test('tells the same about a shell as ps does', async () => {
    const { holder } = await box()
    const ps = spawnSync('ps', ['-o', 'pid=,ppid=,pgid=,sid=,tpgid=,stat=,nlwp=,comm=', '-p', `${holder}`])
    const [pid, ppid, pgrp, session, foreground, state, threads, name] = ps.stdout
      .toString()
      .trim()
      .split(/\s+/)
    expect(processOf(machine, holder)).toMatchObject({
      ...Object.fromEntries(
        Object.entries({ pid, ppid, pgrp, session, foreground, threads }).map(([key, text]) => [
          key,
          Number(text),
        ]),
      ),
      state: state![0],
      name,
    })
  })

  test('every name that a process gives itself comes back', () => {
    const mine = readFileSync('/proc/self/comm', 'utf8').trimEnd()
    const signs = 'ab ()\n\\\t:0'
    for (let round = 0; round < 200; round++) {
      const name = Array.from(
        { length: 1 + (round % 15) },
        () => signs[Math.floor(Math.random() * signs.length)],
      ).join('')
      try {
        writeFileSync('/proc/self/comm', name)
        expect(processOf(machine, process.pid)).toMatchObject({ name, pid: process.pid, ppid: process.ppid })
      } finally {
        writeFileSync('/proc/self/comm', mine)
      }
    }
  })

  test('a program whose file has a hostile name', async () => {
    const file = join(folder(), 'a) (b\nc')
    copyFileSync(spawnSync('which', ['sleep']).stdout.toString().trim(), file)
    const found = await start([file, '1000'], itself('a) (b\nc'))
    expect(found).toMatchObject({
      ppid: process.pid,
      command: [file, '1000'],
      threads: 1,
      uid: { real: process.getuid!() },
    })
  })

  test('arguments with spaces, newlines and nothing', async () => {
    const argv = ['sh', '-c', 'kill -STOP $$; :', 'a b', '', '\n', 'ü']
    const found = await start(argv, itself('sh'))
    expect(found.command).toEqual(argv)
  })

  test('a process has a number in each namespace, and each view shows its own', async () => {
    const { run, holder, outside } = await box()
    await run('unshare -pf --mount-proc --kill-child sleep 1000 &')
    const deep = await until(() =>
      descendants(processes(machine), holder).find((one) => one.name === 'sleep'),
    )
    expect(deep.nspid).toEqual([deep.pid, expect.any(Number), 1])

    const view = viewOf(holder)
    expect(processOf(view, 1)).toMatchObject({ name: 'bash', ppid: 0, nspid: [1] })
    const seen = processes(view).find((one) => one.name === 'sleep')!
    expect(seen.nspid).toEqual(deep.nspid.slice(1))
    expect(seen.started).toBe(deep.started)
    expect(processes(view).map((one) => one.pid)).not.toContain(outside)
    expect(processes(viewOf(deep.pid)).map((one) => one.command)).toEqual([['sleep', '1000']])
  })

  test('a zombie has a name and no command line', async () => {
    const { run, holder } = await box()
    await run("bash -c 'sleep 2000 & exec sleep 3000' &")
    const sleeper = (argument: string) => () =>
      processes(viewOf(holder)).find((one) => one.command[1] === argument)
    const [child] = [await until(sleeper('2000')), await until(sleeper('3000'))]
    await run(`kill ${child.pid}`)
    const zombie = await until(() => processes(viewOf(holder)).find((one) => one.state === 'Z'))
    expect(zombie).toMatchObject({ pid: child.pid, name: 'sleep', command: [], nspid: [child.pid] })
  })

  test('threads of the kernel are known by their flag', () => {
    for (const one of processes(machine).filter((each) => each.kernel)) {
      expect(one.command).toEqual([])
      expect([0, 2]).toContain(one.ppid)
    }
    expect(processes(machine).some((one) => !one.kernel)).toBe(true)
  })
})

describe('what is gone', () => {
  test('is undefined', () => {
    const { pid } = spawnSync('true')
    expect(processOf(machine, pid)).toBeUndefined()
    expect(processOf(machine, Number.NaN)).toBeUndefined()
  })

  test('is undefined also when it went between two reads', () => {
    const proc = folder()
    mkdirSync(join(proc, '4711'))
    writeFileSync(join(proc, '4711', 'stat'), stat('x'))
    expect(processOf({ proc }, 4711)).toBeUndefined()
    expect(processes({ proc })).toEqual([])
  })

  test('never breaks a listing, however fast processes come and go', async () => {
    const { run, holder } = await box()
    await run('(while true; do /bin/true; done) & (while true; do /bin/true; done) &')
    const view = viewOf(holder)
    const seen = new Set<number>()
    for (const end = Date.now() + 500; Date.now() < end; ) {
      for (const one of processes(view)) seen.add(one.pid)
    }
    expect(seen.size).toBeGreaterThan(10)
  })

  test('is refused with what to do, when it is required', () => {
    const { pid } = spawnSync('true')
    const error = thrown(() => requireProcess(machine, pid))
    expect(error.code).toBe('ESRCH')
    expect(error.message).toContain(`open("/proc/${pid}/stat") failed: ESRCH`)
    expect(error.message).toContain('ps -e')
  })

  test('says so when the number is one from inside a container', async () => {
    const { run, holder } = await box()
    // Numbers inside are small; find one that is free outside.
    for (let inner = 2; inner < 400; inner++) {
      const number = Number(await run('sleep 1000 & echo $!'))
      if (processOf(machine, number)) continue
      const error = thrown(() => requireProcess(machine, number))
      // Other containers of the machine may know a process by that number too.
      const known = processes(machine).filter((one) => one.nspid.slice(1).includes(number))
      expect(known.map((one) => one.ppid)).toContain(holder)
      expect(error.refusal.because).toContain(`${number} is a number of another PID namespace`)
      expect(known.map((one) => `use ${one.pid}`)).toContain(error.refusal.remedy)
      return
    }
    throw new Error('no number is free on this machine')
  })

  test('a view without a proc is an error that says so', () => {
    const error = thrown(() => processes(viewOf(2 ** 30)))
    expect(error.code).toBe('ENOENT')
    expect(error.refusal.because).toContain('has ended')
  })
})

describe('families', () => {
  const one = (pid: number, ppid: number) => ({ pid, ppid }) as Process
  const list = [one(1, 0), one(2, 1), one(3, 2), one(4, 2), one(5, 4), one(6, 1)]
  const pids = (family: Process[]) => family.map((each) => each.pid)

  test('children, descendants, parents', () => {
    expect(pids(children(list, 2))).toEqual([3, 4])
    expect(pids(descendants(list, 1))).toEqual([2, 3, 4, 5, 6])
    expect(pids(parents(list, 5))).toEqual([4, 2, 1])
    expect(parents(list, 1)).toEqual([])
    expect(parents(list, 99)).toEqual([])
  })

  test('a circle, which a list read in motion may hold, ends', () => {
    expect(pids(parents([one(8, 9), one(9, 8)], 8))).toEqual([9])
    expect(pids(descendants([one(8, 9), one(9, 8)], 8))).toEqual([9])
  })

  test('a started program is a child', async () => {
    const inside = await start(
      ['unshare', '-Urpf', '--mount-proc', '--kill-child', 'sleep', '1000'],
      childOf('sleep'),
    )
    const list = processes(machine)
    expect(pids(descendants(list, process.pid))).toContain(inside.pid)
    expect(pids(parents(list, inside.pid))).toContain(process.pid)
  })
})

function thrown(act: () => unknown): KernelError {
  try {
    act()
  } catch (error) {
    if (error instanceof KernelError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
