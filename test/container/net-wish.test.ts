import { closeSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { resolve, type Who, type Wish } from '../../src/container/index.ts'
import { holdPorts } from '../../src/container/net/hold.ts'
import { portWish } from '../../src/container/net/ports.ts'
import { KernelError } from '../../src/kernel/index.ts'

const everyId = [{ inside: 0, outside: 0, count: 4294967295 }]
const root: Who = { uid: 0, gid: 0, privileged: true, uidMap: everyId, gidMap: everyId }
const learner: Who = { ...root, uid: 1000, gid: 1000, privileged: false }

function refusal(act: () => unknown): KernelError['refusal'] {
  try {
    act()
  } catch (error) {
    if (error instanceof KernelError) return error.refusal
    throw error
  }
  throw new Error('nothing was refused')
}

/** Each `%` stands for the same port, which was free a moment ago. */
function hold(...wishes: string[]): [port: number, refused: () => KernelError['refusal']] {
  const held: number[] = []
  onTestFinished(() => {
    for (const fd of held) closeSync(fd)
  })
  const [free] = holdPorts(portWish('127.0.0.1::1'), [])
  closeSync(free!.fd)
  const ports = wishes.flatMap((text) => portWish(text.replaceAll('%', `${free!.port}`)))
  return [free!.port, () => refusal(() => holdPorts(ports, held))]
}

describe('a port that is asked for twice', () => {
  test.each([
    [['127.0.0.1:%:80', '127.0.0.1:%:81']],
    [['127.0.0.1:%:80', '%:81']],
    [['127.0.0.1:%-%:80', '127.0.0.1:%-%:81']],
  ])('%j: it is we who have it, and no strange process', (wishes) => {
    const [port, refused] = hold(...wishes)
    const { errno, because } = refused()
    expect(errno).toBe(98)
    expect(because).toBe(`${port} is asked for twice: it leads to this container's port 80 already`)
  })

  test('of two protocols, or at two addresses, it is two', () => {
    const [, refused] = hold('127.0.0.1:%:80', '127.0.0.1:%:80/udp', '127.0.0.2:%:81')
    expect(refused).toThrow('nothing was refused')
  })
})

describe('a subnet that no bridge can have', () => {
  const wished = (subnet: string, who: Who) => () =>
    resolve({ argv: ['true'], only: ['net'], network: 'bridge', subnet } satisfies Wish, who)

  test.each([
    ['224.0.0.0/24', /multicast/],
    ['239.255.0.0/16', /multicast/],
    ['127.0.0.0/8', /to itself/],
    ['0.0.0.0/8', /this network/],
    ['240.0.0.0/24', /reserved/],
    ['255.255.255.0/24', /reserved/],
    ['10.0.0.0/30', /a prefix from 8 to 29/],
    ['10.0.0.256/24', /an IPv4 address/],
    ['here', /an IPv4 address/],
  ])('%s is refused when it is read, by whoever', (subnet, because) => {
    for (const who of [root, learner])
      expect(refusal(wished(subnet, who))).toMatchObject({
        call: `--subnet ${subnet}`,
        because: expect.stringMatching(because),
      })
  })
})
