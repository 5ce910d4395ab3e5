import { spawn as spawnProgram } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cables, listeners, machine, net, processes, viewOf } from '../../../src/facts/index.ts'
import { KernelError } from '../../../src/kernel/index.ts'
import { box, itself, linkGone, start, until } from '../box.ts'
import { apart } from './ip.ts'

describe('what cannot be read', () => {
  test('a process that is gone', async () => {
    await expect(net(machine, 0x3fffff)).rejects.toThrow(/ESRCH.*\n.*no process has the number 4194303/)
    await expect(cables(machine, 0x3fffff)).rejects.toThrow(KernelError)
    expect(listeners(machine, 0x3fffff)).toEqual([])
  })

  test('a zombie is in none', async () => {
    const bench = await box()
    await bench.run("bash -c 'sleep 2000 & exec sleep 3000' &")
    const view = viewOf(bench.holder)
    const child = await until(() => processes(view).find((one) => one.command[1] === '2000'))
    await until(() => processes(view).find((one) => one.command[1] === '3000'))
    await bench.run(`kill ${child.pid}`)
    const zombie = await until(() => processes(view).find((one) => one.state === 'Z'))
    await expect(net(view, zombie.pid)).rejects.toThrow(/has ended and waits to be reaped/)
  })

  test.runIf(process.geteuid?.() !== 0)("root's, for somebody else", async () => {
    await expect(net(machine, 1)).rejects.toThrow(/EACCES.*\n.*another user's.*\n.*sudo/)
  })

  test('namespaces that come and go while we look: a fact or a KernelError, never half', async () => {
    const child = spawnProgram(
      'unshare',
      ['-Ur', 'bash', '-c', 'while :; do unshare -n sleep 0.2 & unshare -n true; done'],
      { stdio: 'ignore', detached: true },
    )
    const ended = new Promise((resolve) => child.once('exit', resolve))
    onTestFinished(async () => {
      process.kill(-child.pid!, 'SIGKILL')
      await ended
    })
    let [found, refused] = [0, 0]
    for (const end = Date.now() + 1500; Date.now() < end; ) {
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      for (const pid of children.split(' ').filter(Boolean).map(Number)) {
        try {
          const { links } = await net(machine, pid)
          expect(links.some(({ name }) => name === 'lo')).toBe(true)
          found++
        } catch (error) {
          if (!(error instanceof KernelError)) throw error
          refused++
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    expect(found).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  })

  test('reading keeps nothing alive', async () => {
    const bench = await box()
    const pid = await apart(bench)
    await bench.run(`ip link add v0 type veth peer name v1 netns ${pid}`)
    await net(viewOf(bench.holder), pid)
    await cables(viewOf(bench.holder), pid)
    await bench.run(`kill ${pid}; wait ${pid} || true`)
    await linkGone(bench.holder, 'v0')
  })
})

test('a process in a user namespace of its own in a network of another: who owns that leads there', async () => {
  const { pid } = await start(['unshare', '-Urn', 'unshare', '-U', 'sleep', '1000'], itself('sleep'))
  expect((await net(machine, pid)).links[0]?.name).toBe('lo')
})
