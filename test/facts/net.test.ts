import { spawn as spawnProgram } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  cables,
  listeners,
  machine,
  namespaces,
  net,
  netHere,
  processes,
  viewOf,
} from '../../src/facts/index.ts'
import { parseSockets } from '../../src/facts/net/listeners.ts'
import { parseRules } from '../../src/facts/net/rules-told.ts'
import { KernelError } from '../../src/kernel/index.ts'
import { box, itself, start, until } from './box.ts'

type Box = Awaited<ReturnType<typeof box>>

interface IpLink {
  ifindex: number
  ifname: string
  flags: string[]
  mtu: number
  operstate: string
  address?: string
  master?: string
  linkinfo?: { info_kind?: string }
  link_index?: number
  link_netnsid?: number
  stats64?: { rx: { bytes: number; packets: number }; tx: { bytes: number; packets: number } }
}

const printed = async <T>({ run }: Box, line: string): Promise<T> => JSON.parse(await run(line)) as T

/** A process in a network namespace of its own in the box, by its number there. */
async function apart({ run, holder }: Box): Promise<number> {
  const pid = Number(await run('unshare --net sleep 1000 & echo $!'))
  const own = namespaces(viewOf(holder), 1).net!.inode
  await until(() => {
    const there = namespaces(viewOf(holder), pid).net?.inode
    return there !== undefined && there !== own ? true : undefined
  })
  return pid
}

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
    const facts = await net(machine, bench.holder)

    const links = await printed<IpLink[]>(bench, 'ip -j -d -s link')
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
        rxBytes: one.stats64!.rx.bytes,
        rxPackets: one.stats64!.rx.packets,
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
    const left = async () => (await net(machine, bench.holder)).links.some(({ name }) => name === 'v0')
    for (let tries = 0; (await left()) && tries < 500; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await left()).toBe(false)
  })
})

describe('cables', () => {
  test('across three namespaces: each end, where it is, and the bridge', async () => {
    const bench = await box()
    const [one, two] = [await apart(bench), await apart(bench)]
    await bench.run('ip link add br0 type bridge && ip link set br0 up')
    for (const [n, pid] of [one, two].entries())
      await bench.run(
        `ip link add v${n} type veth peer name eth0 netns ${pid} && ip link set v${n} up master br0`,
      )
    // And one between the two, of which the host has no end.
    await bench.run(
      `nsenter -t ${one} -n ip link add name direct type veth peer name direct netns ${two} && ip link add name a type veth peer name b`,
    )
    const view = viewOf(bench.holder)
    const inode = (pid: number) => namespaces(view, pid).net!.inode
    const told = async (pid: number) =>
      (await cables(view, pid)).map(({ inside, outside, bridge }) => [
        inside.name,
        outside?.name,
        outside?.netns?.inode,
        bridge?.name,
      ])
    expect(await told(1)).toEqual([
      ['v0', 'eth0', inode(one), undefined],
      ['v1', 'eth0', inode(two), undefined],
      ['b', 'a', undefined, undefined],
      ['a', 'b', undefined, undefined],
    ])
    expect(await told(one)).toEqual([
      ['eth0', 'v0', inode(1), 'br0'],
      ['direct', 'direct', inode(two), undefined],
    ])
    expect(await told(two)).toEqual([
      ['eth0', 'v1', inode(1), 'br0'],
      ['direct', 'direct', inode(one), undefined],
    ])
    // What ip(8) writes behind the name is the other end's number; link-netnsid, the observer's own for its place.
    const links = await printed<IpLink[]>(bench, `nsenter -t ${one} -n ip -j -d link`)
    const facts = await net(view, one)
    for (const name of ['eth0', 'direct']) {
      const ip = links.find(({ ifname }) => ifname === name)!
      const { peer } = facts.links.find((link) => link.name === name)!
      expect(peer).toEqual({ index: ip.link_index, nsid: ip.link_netnsid })
    }
    const [{ outside }] = (await cables(view, one)) as [Awaited<ReturnType<typeof cables>>[number]]
    expect(outside?.netns?.pids).toContain(1)
  })

  test('the other end out of sight', async () => {
    const bench = await box()
    const file = '/run/netns-of-nobody'
    await bench.run('mount -t tmpfs t /run')
    await bench.run(`touch ${file} && unshare --net=${file} true`)
    await bench.run(`ip link add v0 type veth peer name v1 && nsenter --net=${file} true`)
    await bench.run(`ip link set v1 netns ${file}`)
    const [cable] = await cables(viewOf(bench.holder), 1)
    expect(cable).toMatchObject({ inside: { name: 'v0', peer: { nsid: 0 } } })
    expect(cable?.outside).toBeUndefined()
  })
})

describe('listeners', () => {
  /** Listens as it is told to, and prints a line when it does. */
  const server = `
    const [tcp, tcp6, udp] = process.argv.slice(1).map(Number)
    const net = require('node:net'), dgram = require('node:dgram')
    net.createServer().listen(tcp, '127.0.0.1', () =>
      net.createServer().listen(tcp6, '::', () =>
        dgram.createSocket('udp4').bind(udp, '0.0.0.0', () => console.log('ready'))))`

  test('the same as ss(8) lists', async () => {
    const bench = await box()
    await bench.run('ip link set lo up')
    const fifo = `mkfifo /tmp/$$.fifo`
    await bench.run(
      `${fifo}; '${process.execPath}' -e "$(cat <<'END'\n${server}\nEND\n)" 8080 8443 5353 > /tmp/$$.fifo & read line < /tmp/$$.fifo; rm /tmp/$$.fifo`,
    )
    const view = viewOf(bench.holder)
    const { pid } = processes(view).find((one) => one.command[0] === process.execPath)!
    const found = listeners(view, 1)
    expect(found.map(({ inode, ...one }) => one)).toEqual([
      { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 8080, uid: process.getuid!(), pids: [pid] },
      { protocol: 'tcp', family: 6, address: '::', port: 8443, uid: process.getuid!(), pids: [pid] },
      { protocol: 'udp', family: 4, address: '0.0.0.0', port: 5353, uid: process.getuid!(), pids: [pid] },
    ])
    const lines = (await bench.run('ss -H -ltunpe')).trim().split('\n')
    const parsed = lines.map((line) => ({
      port: Number(/:(\d+)\s/.exec(line)?.[1]),
      pid: Number(/pid=(\d+)/.exec(line)?.[1]),
      inode: Number(/ino:(\d+)/.exec(line)?.[1]),
    }))
    const byPort = (a: { port: number }, b: { port: number }) => a.port - b.port
    expect(found.map(({ port, pids, inode }) => ({ port, pid: pids[0], inode })).sort(byPort)).toEqual(
      parsed.sort(byPort),
    )
    // A process in another network namespace has none of them.
    expect(listeners(view, await apart(bench))).toEqual([])
  })

  test("the kernel's lines, backwards", () => {
    const head = '  sl  local_address                         remote_address'
    const line = (local: string, state: string) =>
      `${head}\n   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 ffff 100 0\n`
    expect(parseSockets(line('0100007F:1F90', '0A'), 'tcp')).toEqual([
      { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 8080, uid: 1000, inode: 4711 },
    ])
    expect(parseSockets(line('000080FE00000000FF64C954BEB90BFE:14E9', '07'), 'udp6')).toMatchObject([
      { address: 'fe80::54c9:64ff:fe0b:b9be', port: 5353 },
    ])
    // Connected, or closed.
    expect(parseSockets(line('0100007F:1F90', '01'), 'tcp')).toEqual([])
    expect(parseSockets(line('0100007F:1F90', '01'), 'udp')).toEqual([])
    expect(parseSockets('', 'tcp')).toEqual([])
  })
})

describe('rules', () => {
  test('our tables, and who drops what is forwarded', async () => {
    const bench = await box()
    await bench.run(
      [
        'nft add table ip cooper_web',
        'nft add chain ip cooper_web f "{ type filter hook forward priority 0; policy drop; }"',
        'nft add table inet theirs',
        'nft add chain inet theirs FORWARD "{ type filter hook forward priority 0; policy drop; }"',
        'nft add chain inet theirs INPUT "{ type filter hook input priority 0; policy drop; }"',
        'nft add chain inet theirs own',
      ].join(' && '),
    )
    expect(parseRules(await bench.run('nft -j "list tables; list chains"'))).toEqual({
      ours: [{ family: 'ip', name: 'cooper_web' }],
      drops: [{ family: 'inet', table: 'theirs', chain: 'FORWARD' }],
    })
  })

  test('what is no list of rules is none', () => {
    expect(parseRules('')).toEqual({ ours: [], drops: [] })
    expect(parseRules('{"nftables": [{"chain": {}}]}')).toBeUndefined()
    expect(parseRules('Operation not permitted')).toBeUndefined()
  })
})

test('a process in a user namespace of its own in a network of another: its parents lead there', async () => {
  const { pid } = await start(['unshare', '-Urn', 'unshare', '-U', 'sleep', '1000'], itself('sleep'))
  // Nobody above it is left in the user namespace that owns the network: root may, and others are told why not.
  const asked = net(machine, pid)
  if (process.geteuid?.() === 0) expect((await asked).links[0]?.name).toBe('lo')
  else await expect(asked).rejects.toThrow(/EPERM.*\n.*CAP_SYS_ADMIN/)
})
