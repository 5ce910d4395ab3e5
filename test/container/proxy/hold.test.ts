import { closeSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { holdPort, holdPorts } from '../../../src/container/net/hold.ts'
import { portWish } from '../../../src/container/net/ports.ts'
import { KernelError, native } from '../../../src/kernel/index.ts'
import { heard, held, here, mirror, proxied, served } from './relayed.ts'

const isRoot = process.getuid!() === 0

describe('holding', () => {
  /** Below the ports that connections get of the kernel: those are taken for a minute after their end. */
  const someRange = () => {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    return `${first}-${first + 100}`
  }

  const failure = (text: string) => {
    try {
      closeSync(holdPort(portWish(text)[0]!).fd)
    } catch (error) {
      if (error instanceof KernelError) return error.refusal
      throw error
    }
    throw new Error('it worked')
  }

  test.each(['tcp', 'udp'] as const)('a taken port names its owner: %s', (protocol) => {
    const { port } = held(`${here}:${someRange()}:80/${protocol}`)
    const name = readFileSync('/proc/self/comm', 'utf8').trim()
    for (const on of [`${here}:`, '', '0.0.0.0:'])
      expect(failure(`${on}${port}:80/${protocol}`)).toMatchObject({
        errno: 98,
        because: `${name} (process ${process.pid}) listens on 127.0.0.1:${port}`,
      })
    expect(failure(`${here}:${port}:80/${protocol}`).call).toBe(`bind("127.0.0.1:${port}", ${protocol})`)
    // Another address, or the other protocol, is another port.
    held(`127.0.0.2:${port}:80/${protocol}`)
    held(`${here}:${port}:80/${protocol === 'tcp' ? 'udp' : 'tcp'}`)
  })

  test('all addresses are those of IPv6 and of IPv4', async () => {
    const port = held(`${await served(mirror)}`)
    await proxied(port)
    const hosts = [
      '127.0.0.1',
      ...(readFileSync('/proc/net/if_inet6', 'utf8').includes(' lo') ? ['::1'] : []),
    ]
    for (const host of hosts) {
      const socket = connect({ port: port.port, host, allowHalfOpen: true })
      socket.end('both')
      expect(`${await heard(socket)}`).toBe('htob')
    }
  })

  test('of a range the first that is free; when none is, that is said', () => {
    const { port } = held(`${here}:${someRange()}:80`)
    const range = `${here}:${port}-${port + 20}:80`
    const other = held(range).port
    expect(other).toBeGreaterThan(port)
    expect(failure(`${here}:${port}-${port}:80`).errno).toBe(98)
    const both = [port, other].sort((a, b) => a - b)
    if (both[1] === port + 1) expect(failure(`${here}:${port}-${other}:80`).because).toContain('all of them')
  })

  test('what was held before another failed is noted, so that it can be let go', () => {
    const { port } = held(`${here}::80`)
    const fds: number[] = []
    const wish = [...portWish(`${here}::80`), ...portWish(`${here}:${port}:80`)]
    expect(() => holdPorts(wish, fds)).toThrow(KernelError)
    expect(fds.length).toBe(1)
    for (const fd of fds) closeSync(fd)
  })

  test('an address that the machine does not have', () => {
    expect(failure('192.0.2.1::80')).toMatchObject({
      errno: 99,
      because: 'this machine has no address 192.0.2.1',
    })
  })

  const first = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  test.skipIf(isRoot || first < 2)('a port for root only (not as root: root may)', () => {
    expect(failure(`${here}:1:80`)).toMatchObject({
      errno: 13,
      because: `ports below ${first} are for root (net.ipv4.ip_unprivileged_port_start)`,
    })
  })

  test('a name can be held once, and is free again when its descriptor is closed', () => {
    const name = `cooper-test/${process.pid}`
    const fd = native().bindName(name)
    expect(() => native().bindName(name)).toThrow(expect.objectContaining({ errno: 98 }))
    closeSync(fd)
    closeSync(native().bindName(name))
    expect(() => native().bindName('x'.repeat(108))).toThrow(expect.objectContaining({ errno: 36 }))
  })
})
