import { closeSync, openSync, readdirSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { machine, net } from '../../src/facts/index.ts'
import { type Act, spawn } from '../../src/kernel/index.ts'
import {
  addressBytes,
  addressText,
  ask,
  attributesIn,
  dump,
  IFA,
  IFLA,
  NetlinkError,
  openNetlink,
  openNetlinkIn,
  RTM,
  textIn,
} from '../../src/kernel/netlink/index.ts'
import { answerIn, attribute, flags, message, text, u8, u16, u32 } from '../../src/kernel/netlink/message.ts'
import { deleteLink, newAddress, newDefaultRoute, newVeth } from '../../src/kernel/netlink/route.ts'
import { mapOwnId, planOf, Refused } from '../support/child.ts'

/** A sleeping process in a user and a network namespace of its own, once it has made its calls. */
async function apart(calls: Act[] = []) {
  const held = await spawn(planOf({ argv: ['sleep', '100'], clone: ['user', 'net'], calls }), {
    born: mapOwnId,
    failed: (failure) => new Refused(failure),
  })
  onTestFinished(async () => {
    held.signal(9)
    await held.exit
  })
  return held.pid
}

/** A socket of that process's network namespace. */
async function socketOf(pid: number) {
  const space = openSync(`/proc/${pid}/ns/net`, 'r')
  try {
    const [socket] = await openNetlinkIn(`/proc/${pid}/ns/user`, [space])
    onTestFinished(() => closeSync(socket!))
    return socket!
  } finally {
    closeSync(space)
  }
}

const descriptors = () => readdirSync('/proc/self/fd').length

describe('addresses', () => {
  test.each(['0.0.0.0', '127.0.0.1', '10.88.0.255', '255.255.255.255'])('%s', (address) => {
    expect(addressBytes(address)).toHaveLength(4)
    expect(addressText(addressBytes(address))).toBe(address)
  })

  // RFC 5952, section by section.
  test.each([
    ['::', '::', 'all zeros'],
    ['::1', '::1', 'zeros in front'],
    ['fe80::', 'fe80::', 'zeros at the end'],
    ['2001:db8::1', '2001:db8::1', 'zeros in the middle'],
    ['2001:0db8::0001', '2001:db8::1', '4.1: no leading zeros'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1', '4.2.1: shortened as much as possible'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', '4.2.2: not for one group'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1', '4.2.3: the longest run'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1', '4.2.3: the first of equals'],
    ['2001:DB8::ABCD', '2001:db8::abcd', '4.3: small letters'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', 'nothing to shorten'],
    ['10:0:0:0:0:0:0:10', '10::10', 'a zero is a group, not a digit'],
    ['0:0:1::', '0:0:1::', 'a short run in front of a long one'],
  ])('%s is %s: %s', (address, said) => {
    expect(addressBytes(address)).toHaveLength(16)
    expect(addressText(addressBytes(address))).toBe(said)
    expect(addressBytes(said)).toEqual(addressBytes(address))
  })

  test.each(['', '10.0.0', '10.0.0.256', '1:2', 'localhost', '::g', '10.0.0.1/24'])('not %j', (address) => {
    expect(() => addressBytes(address)).toThrow(`${JSON.stringify(address)} is not an IP address`)
  })
})

describe('messages', () => {
  test('what is packed is unpacked', () => {
    const packed = message(
      RTM.newLink,
      flags.ack,
      u32(7),
      attribute(1, text('eth0')),
      attribute(2, u8(9)),
      attribute(3),
      attribute(4 | 0x8000, attribute(5, u16(0x1234)), attribute(6, u32(0xdeadbeef))),
    )
    const { messages, errno } = answerIn(packed)
    expect([messages.length, messages[0]!.type, errno]).toEqual([1, RTM.newLink, 0])
    const found = attributesIn(messages[0]!.body.subarray(4))
    expect([...found.keys()]).toEqual([1, 2, 3, 4])
    expect(textIn(found.get(1)!)).toBe('eth0')
    expect(found.get(2)).toEqual(u8(9))
    expect(found.get(3)).toHaveLength(0)
    const inner = attributesIn(found.get(4)!)
    expect([inner.get(5)!.readUInt16LE(), inner.get(6)!.readUInt32LE()]).toEqual([0x1234, 0xdeadbeef])
  })

  test('several in one answer, and the verdict at its end', () => {
    const verdict = Buffer.concat([u32(-17 >>> 0), message(RTM.newLink, flags.ack)])
    const answer = answerIn(
      Buffer.concat([message(RTM.newLink, 0, u8(1)), Buffer.alloc(3), message(2, 0, verdict)]),
    )
    expect(answer.messages.map(({ body }) => [...body])).toEqual([[1]])
    expect(answer.errno).toBe(17)
    expect(answer.sentence).toBeUndefined()
  })

  test('a torn answer ends where it is torn', () => {
    const whole = Buffer.concat([message(RTM.newLink, 0, u32(1)), message(RTM.newLink, 0, u32(2))])
    for (let length = 0; length <= whole.length; length++)
      expect(answerIn(whole.subarray(0, length)).messages.length).toBeLessThanOrEqual(2)
    expect(attributesIn(Buffer.from([0, 0, 1, 0])).size).toBe(0)
  })

  test('a request says where the numbers of its links belong', () => {
    const { bytes, links } = newAddress('eth0', '10.1.2.3', 24)
    expect(links).toEqual([{ name: 'eth0', at: 20 }])
    expect(bytes.readUInt32LE(20)).toBe(0)
    const veth = newVeth({ name: 'v0', master: 'br0', peer: { name: 'eth0' } })
    const [master] = veth.links
    expect(master?.name).toBe('br0')
    // The four bytes are an attribute's: its length and type stand before them.
    expect(veth.bytes.readUInt16LE(master!.at - 4)).toBe(8)
    expect(veth.bytes.readUInt16LE(master!.at - 2)).toBe(IFLA.master)
    expect(veth.bytes.readUInt16LE(veth.child! - 2)).toBe(IFLA.namespacePid)
  })
})

describe('the kernel', () => {
  test('tells of our own namespace', () => {
    const socket = openNetlink()
    try {
      const names = ask(socket, dump(RTM.getLink)).map(({ body }) =>
        textIn(attributesIn(body.subarray(16)).get(IFLA.name)!),
      )
      expect(names).toContain('lo')
    } finally {
      closeSync(socket)
    }
  })

  test('refuses with its own sentence, where it has one', async () => {
    const socket = await socketOf(await apart())
    const refusal = (request: Uint8Array) => {
      try {
        ask(socket, request)
      } catch (error) {
        if (error instanceof NetlinkError) return [error.errno, error.message]
        throw error
      }
      return 'nothing'
    }
    expect(refusal(deleteLink('nobody').bytes)).toEqual([19, 'No such device'])
    expect(refusal(newDefaultRoute('10.9.9.9').bytes)).toEqual([101, 'Nexthop has invalid gateway'])
    expect(refusal(message(RTM.newLink, flags.ack, Buffer.alloc(4)))).toEqual([22, 'Invalid header length'])
    // And where it has none, with that of strerror(3).
    expect(refusal(message(RTM.newLink + 1000, flags.ack))).toEqual([95, 'Operation not supported'])
  })

  test.runIf(process.geteuid?.() !== 0)('takes nothing from who has no power there', () => {
    const socket = openNetlink()
    try {
      expect(() => ask(socket, deleteLink('nobody').bytes)).toThrow('Operation not permitted')
    } finally {
      closeSync(socket)
    }
  })
})

describe('a child', () => {
  test('gives a link of its own namespace an address and a way out', async () => {
    const pid = await apart([
      { do: 'linkUp', args: { name: 'lo' } },
      { do: 'addressAdd', args: { link: 'lo', address: '10.7.7.7', prefix: 24 } },
      { do: 'addressAdd', args: { link: 'lo', address: 'fd00::7', prefix: 64 } },
      { do: 'routeAdd', args: { via: '10.7.7.1' } },
    ])
    const { links, addresses, routes } = await net(machine, pid)
    expect(links[0]).toMatchObject({ name: 'lo', up: true })
    const at = (family: number) => addresses.filter((one) => one.family === family).map((one) => one.address)
    expect(at(4)).toEqual(['127.0.0.1', '10.7.7.7'])
    expect(at(6).sort()).toEqual(['::1', 'fd00::7'])
    expect(routes).toContainEqual({
      family: 4,
      destination: 'default',
      gateway: '10.7.7.1',
      link: 1,
      type: 'unicast',
      table: 254,
    })
  })

  test('is told when there is no such link', async () => {
    const call: Act = { do: 'addressAdd', args: { link: 'eth7', address: '10.7.7.7', prefix: 24 } }
    const refused = await apart([call]).catch((error: unknown) => error)
    expect((refused as Refused).failure).toMatchObject({ what: 'call', index: 0, errno: 19 })
  })

  test('hands up a socket for each namespace, in their order', async () => {
    const address = (last: number): Act[] => [
      { do: 'linkUp', args: { name: 'lo' } },
      { do: 'addressAdd', args: { link: 'lo', address: `10.7.7.${last}`, prefix: 32 } },
    ]
    const pid = await apart(address(1))
    const key = openSync(`/proc/${pid}/ns/user`, 'r')
    const enter: Act = { do: 'setns', args: { fd: key, pid, namespaces: ['user'] } }
    const unshare: Act = { do: 'unshare', args: { namespaces: ['net'] } }
    const second = await spawn(
      planOf({
        argv: ['sleep', '100'],
        calls: [enter, unshare, ...address(2)],
        keep: [key],
        amongOthers: true,
      }),
      { failed: (failure) => new Refused(failure) },
    )
    const spaces = [second.pid, pid].map((one) => openSync(`/proc/${one}/ns/net`, 'r'))
    const sockets = await openNetlinkIn(`/proc/${pid}/ns/user`, spaces)
    onTestFinished(async () => {
      for (const fd of [key, ...spaces, ...sockets]) closeSync(fd)
      second.signal(9)
      await second.exit
    })
    const told = sockets.map((socket) =>
      ask(socket, dump(RTM.getAddress))
        .map(({ body }) => addressText(attributesIn(body.subarray(8)).get(IFA.address)!))
        .filter((one) => one.startsWith('10.')),
    )
    expect(told).toEqual([['10.7.7.2'], ['10.7.7.1']])
  })

  test('that may not enter leaves nothing open', async () => {
    const [one, other] = [await apart(), await apart()]
    const spaces = [one, other].map((pid) => openSync(`/proc/${pid}/ns/net`, 'r'))
    onTestFinished(() => spaces.forEach(closeSync))
    const before = descriptors()
    // Root of the first is nobody in the second.
    await expect(openNetlinkIn(`/proc/${one}/ns/user`, spaces)).rejects.toThrow(/EPERM/)
    expect(descriptors()).toBe(before)
  })
})
