import { describe, expect, test } from 'vitest'
import { machine, net, netHere } from '../../../src/facts/index.ts'
import { box } from '../box.ts'
import { type IpLink, printed } from './ip.ts'

describe('links, addresses and routes', () => {
  test('the same as ip(8) lists', async () => {
    const bench = await box()
    await bench.run(
      [
        'ip link set lo up',
        'ip link add br0 type bridge',
        'ip link add v0 type veth peer name v1',
        'ip link set v0 up master br0 alias "to the bridge"',
        'ip link set v1 up mtu 1400',
        'ip addr add 10.1.2.3/24 dev br0 && ip -6 addr add fd00::1:0:0:2/64 dev br0 nodad',
        'ip link set br0 up',
        'ip route add default via 10.1.2.1 src 10.1.2.3',
        'ip route add 10.8.0.0/13 dev v1',
        'ip route add unreachable 10.9.0.0/16',
        'ip route add blackhole 192.0.2.7/32',
        'ip -6 route add 2001:db8::/32 via fd00::1:0:0:1',
        'ip route add 203.0.113.0/24 dev v1 table 100',
      ].join(' && '),
    )
    const heard = async () =>
      (await printed<IpLink[]>(bench, 'ip -j -d -s link')).map(({ stats64 }) => stats64!.rx)
    const before = await heard()
    const facts = await net(machine, bench.holder)

    const links = await printed<IpLink[]>(bench, 'ip -j -d -s link')
    // A link that has just come up may still hear something between our question and ip's.
    facts.links.forEach(({ rxBytes, rxPackets }, nth) => {
      const [least, most] = [before[nth]!, links[nth]!.stats64!.rx]
      expect([rxBytes >= least.bytes, rxBytes <= most.bytes]).toEqual([true, true])
      expect([rxPackets >= least.packets, rxPackets <= most.packets]).toEqual([true, true])
    })
    const named = (name: string | undefined) => links.find(({ ifname }) => ifname === name)?.ifindex
    expect(facts.links.map(({ alias, carrier, state, ...link }) => link)).toEqual(
      links.map((one) => ({
        index: one.ifindex,
        name: one.ifname,
        ...(one.linkinfo?.info_kind && { kind: one.linkinfo.info_kind }),
        up: one.flags.includes('UP'),
        mtu: one.mtu,
        ...(one.address && { mac: one.address }),
        ...(one.master && { master: named(one.master) }),
        ...(one.linkinfo?.info_kind === 'veth' && {
          peer: { index: named(one.ifname === 'v0' ? 'v1' : 'v0') },
        }),
        rxBytes: expect.any(Number),
        rxPackets: expect.any(Number),
        txBytes: expect.any(Number),
        txPackets: expect.any(Number),
      })),
    )
    const link = (name: string) => facts.links.find((one) => one.name === name)!
    expect(link('v0')).toMatchObject({ alias: 'to the bridge', carrier: true })
    expect(link('lo')).toMatchObject({ state: 'unknown', up: true })

    const addresses = await printed<
      { ifindex: number; addr_info: { family: string; local: string; prefixlen: number; scope: string }[] }[]
    >(bench, 'ip -j addr')
    // What a link gives itself comes a moment after it is up: perhaps between our question and ip's.
    const given = facts.addresses.filter(({ family, scope }) => family === 4 || scope !== 'link')
    expect(given).toEqual(
      addresses
        .flatMap(({ ifindex, addr_info }) =>
          addr_info.flatMap(({ family, local, prefixlen: prefix, scope }) =>
            family === 'inet6' && scope === 'link'
              ? []
              : [{ link: ifindex, family: family === 'inet' ? 4 : 6, address: local, prefix, scope }],
          ),
        )
        .sort((a, b) => a.family - b.family || a.link - b.link),
    )

    interface IpRoute {
      type?: string
      dst: string
      gateway?: string
      dev?: string
      prefsrc?: string
    }
    // A single address has no length in ip's words.
    const whole = (dst: string) =>
      dst.includes('/') || dst === 'default' ? dst : `${dst}/${dst.includes(':') ? 128 : 32}`
    for (const family of [4, 6] as const) {
      const routes = await printed<IpRoute[]>(bench, `ip -j -${family} route`)
      expect(facts.routes.filter((one) => one.family === family && one.destination !== 'fe80::/64')).toEqual(
        routes
          .filter(({ dst }) => dst !== 'fe80::/64')
          .map(({ type = 'unicast', dst, gateway, dev, prefsrc }) => ({
            family,
            destination: whole(dst),
            ...(gateway && { gateway }),
            ...(dev && { link: named(dev) }),
            ...(prefsrc && { source: prefsrc }),
            type,
            table: 254,
          })),
      )
    }
  })

  test('a new namespace has a lo that is down, and nothing else of ours', async () => {
    const { holder } = await box()
    const { links, addresses, routes } = await net(machine, holder)
    expect(links[0]).toMatchObject({ index: 1, name: 'lo', up: false, state: 'down', rxPackets: 0 })
    expect(links.every(({ up }) => !up)).toBe(true)
    expect([addresses, routes]).toEqual([[], []])
  })

  test('names that only a kernel would allow', async () => {
    const bench = await box()
    const odd = ['"', "a'b", '\u001b[31m', 'é✓', '@if7', '日本', '-x']
    for (const name of odd) await bench.run(`ip link add name $'${name.replace("'", "\\'")}' type bridge`)
    const { links } = await net(machine, bench.holder)
    expect(links.filter(({ kind }) => kind === 'bridge').map(({ name }) => name)).toEqual(odd)
  })

  test('our own, at once and by the number', async () => {
    const here = netHere()
    const names = ({ links }: typeof here) => links.map(({ index, name }) => [index, name])
    expect(names(here)).toContainEqual([1, 'lo'])
    // Others may make a link between the two, and take it away again.
    const again = names(await net(machine, process.pid))
    expect(again[0]).toEqual(names(here)[0])
  })

  test('many links: more than one answer of the kernel holds', async () => {
    const bench = await box()
    await bench.run('for i in $(seq 1 60); do echo link add name d$i type bridge; done | ip -batch -')
    const { links } = await net(machine, bench.holder)
    expect(links.filter(({ kind }) => kind === 'bridge').map(({ name }) => name)).toEqual(
      Array.from({ length: 60 }, (_, i) => `d${i + 1}`),
    )
  })
})
