import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { spawn } from '../../../src/kernel/index.ts'
import { startProxy } from '../../../src/kernel/proxy.ts'
import { alive, mapOwnId, planOf, Refused, within } from '../../support/child.ts'
import { ask, held, here, relayed } from './relayed.ts'

const isRoot = process.getuid!() === 0

describe('inside a network without a cable', () => {
  const script = `require('net').createServer({ allowHalfOpen: true }, (s) => s.on('error', () => {}).pipe(s)).listen(80, '127.0.0.1')`

  /** A process in user and network namespaces of its own, which serves at port 80 of its own loopback. */
  async function boxed(): Promise<number> {
    const nothing = spawn(
      planOf({
        argv: [process.execPath, '-e', script],
        paths: [process.execPath],
        clone: ['user', 'net'],
        calls: [{ do: 'linkUp', args: { name: 'lo' } }],
      } as never),
      { born: mapOwnId, failed: (failure) => new Refused(failure) },
    )
    const { pid, exit } = await nothing
    onTestFinished(async () => {
      if (alive(pid)) process.kill(pid, 'SIGKILL')
      await exit
    })
    const listens = () => readFileSync(`/proc/${pid}/net/tcp`, 'utf8').includes('0100007F:0050')
    expect(await within(5000, listens)).toBe(true)
    return pid
  }

  test('a door of the machine leads to its 127.0.0.1: 500 of 500', async () => {
    const box = await boxed()
    const { port, pid } = await relayed(80, 'tcp', box)
    expect(
      await Promise.all(Array.from({ length: 500 }, async (_, i) => `${await ask(port, `${i}`)}`)),
    ).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`))
    const space = (pid: number) => spawnSync('stat', ['-Lc', '%i', `/proc/${pid}/ns/net`]).stdout.toString()
    if (isRoot) expect(space(pid)).toBe(space(box))
  })

  test('its root can neither read nor trace the proxy, which may do nothing itself', async () => {
    const box = await boxed()
    const { pid } = await relayed(80, 'tcp', box)
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    for (const none of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect(status).toContain(`${none}:\t0000000000000000\n`)
    expect(status).toMatch(/^NoNewPrivs:\t1$/m)
    const enter = ['--target', `${box}`, '--user', '--preserve-credentials']
    const spied = spawnSync('nsenter', [...enter, 'cat', `/proc/${pid}/environ`], { encoding: 'utf8' })
    expect(spied.stderr).toContain('Permission denied')
    // The box itself it may look into, so it is not for want of rights.
    expect(spawnSync('nsenter', [...enter, 'cat', `/proc/${box}/environ`]).status).toBe(0)
  })

  test('of a process that is gone: ESRCH', async () => {
    const gone = spawnSync('true').pid
    const port = held(`${here}::80`)
    await expect(startProxy([port], here, gone)).rejects.toMatchObject({ errno: 3 })
  })
})
