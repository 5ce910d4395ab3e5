import { describe, expect, test } from 'vitest'
import {
  changes,
  listeners,
  namespaces,
  processes,
  snapshot,
  type View,
  viewOf,
} from '../../../src/facts/index.ts'
import { box, linkGone, until } from '../box.ts'
import { named, runs, texts, told } from './told.ts'

describe('networks', () => {
  const netOf = (view: View, pid: number) => namespaces(view, pid).net!.inode
  const only = (found: string[]) => found.filter((text) => text.includes('in net namespace'))

  test('a cable is laid, led into another namespace, plugged in, switched on', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    await bench.run('ip link add br0 type bridge && ip link set br0 up && unshare --net sleep 1000 &')
    await until(() => runs('sleep')(view) || undefined)
    const { pid } = named(view, 'sleep')
    const [host, inner] = [netOf(view, 1), netOf(view, pid)]
    expect(await told(bench, 'ip link add v0 type veth peer name v1')).toEqual([
      `new cable: v1 and v0, in net namespace ${host}`,
    ])
    expect(await told(bench, `ip link set v1 netns ${pid} name eth0`)).toEqual([
      `v1 moved from net namespace ${host} to ${inner}, where it is eth0`,
    ])
    expect(await told(bench, 'ip link set v0 master br0 up')).toEqual([
      `v0 is now up, but its other end is not, in net namespace ${host}`,
      `v0 is now plugged into br0, in net namespace ${host}`,
    ])
    const inside = `nsenter -t ${pid} -n`
    expect(await told(bench, `${inside} ip link set eth0 up`)).toEqual([
      `the other end of v0 is now up, in net namespace ${host}`,
      `eth0 is now up, in net namespace ${inner}`,
    ])
    expect(await told(bench, `${inside} ip addr add 10.1.2.3/24 dev eth0`)).toEqual([
      `new address 10.1.2.3/24 of eth0, in net namespace ${inner}`,
      `new route: 10.1.2.0/24 through eth0, in net namespace ${inner}`,
    ])
    expect(await told(bench, `${inside} ip route add default via 10.1.2.1`)).toEqual([
      `new route: default by 10.1.2.1 through eth0, in net namespace ${inner}`,
    ])
    expect(await told(bench, 'ip link set v0 nomaster')).toEqual([
      `v0 is no longer plugged into br0, in net namespace ${host}`,
    ])
    expect(await told(bench, 'ip link set v0 down && ip link set v0 name cable')).toEqual([
      `v0 is now called cable, in net namespace ${host}`,
      `cable is now down, in net namespace ${host}`,
      `the other end of eth0 is now down, in net namespace ${inner}`,
    ])
    expect(await told(bench, 'ip link del cable')).toEqual([
      `gone: the cable of cable in net namespace ${host} and eth0 in ${inner}`,
    ])
  })

  test('both ends at once; and an end that goes with its namespace', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    const host = netOf(view, 1)
    await bench.run('unshare --net sleep 1000 &')
    await until(() => (runs('sleep')(view) && netOf(view, named(view, 'sleep').pid) !== host) || undefined)
    const { pid } = named(view, 'sleep')
    const inner = netOf(view, pid)
    expect(await told(bench, `ip link add v0 type veth peer name eth0 netns ${pid}`)).toEqual([
      `new cable: v0 in net namespace ${host} and eth0 in ${inner}`,
    ])
    const before = await snapshot(view)
    await bench.run(`kill ${pid}; wait || true`)
    await linkGone(bench.holder, 'v0')
    expect(only(texts(before, await snapshot(view)))).toEqual([
      `gone: the cable of v0 in net namespace ${host} and eth0 in ${inner}`,
    ])
  })

  test('a new namespace is as the kernel makes it, which is no news; a lo that is up is', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    expect(only(await told(bench, 'unshare --net sleep 1000 &', runs('sleep')))).toEqual([])
    const lines = await told(
      bench,
      "unshare --net sh -c 'ip link set lo up && exec tail -f /dev/null' &",
      runs('tail'),
    )
    const inner = netOf(view, named(view, 'tail').pid)
    expect(only(lines)).toEqual([
      `lo is now up, in net namespace ${inner}`,
      `new addresses 127.0.0.1/8 and ::1/128 of lo, in net namespace ${inner}`,
    ])
  })

  test('one that only a mount keeps', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    await bench.run('mount -t tmpfs t /run')
    const [text] = await told(bench, 'touch /run/blue && unshare --net=/run/blue true')
    const blue = Number(/net:\[(\d+)\]/.exec(text!)?.[1])
    await bench.run('ip link add v0 type veth peer name v1')
    expect(await told(bench, 'ip link set v1 netns /run/blue')).toEqual([
      `v1 moved from net namespace ${netOf(view, 1)} to ${blue}`,
    ])
    expect(await told(bench, 'nsenter --net=/run/blue ip link set lo up')).toEqual([
      `lo is now up, in net namespace ${blue}`,
      `new addresses 127.0.0.1/8 and ::1/128 of lo, in net namespace ${blue}`,
    ])
  })

  test('with what was read before, nothing is missed', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    const listen = "require('node:net').createServer().listen(8081, '::')"
    let before = await snapshot(view)
    for (const line of [
      'true',
      'ip link set lo up',
      'ip addr add 10.9.9.9/32 dev lo',
      'ip route add 10.8.0.0/16 dev lo',
      'ip -6 route add unreachable fd00::/8',
      `'${process.execPath}' -e "${listen}" & until ss -Hltn | grep -q 8081; do :; done`,
      'kill $! && wait $! || true',
      'ip link set lo down',
      'ip link add v0 type veth peer name v1',
      'ip link set v0 up',
      'ip link del v0',
    ]) {
      await bench.run(line)
      const [spared, whole] = [await snapshot(view, before), await snapshot(view)]
      expect(changes(spared, whole), line).toEqual([])
      expect(changes(before, spared).length > 0, line).toBe(line !== 'true' && !line.includes('-6 route'))
      before = spared
    }
  })

  test('somebody begins to listen, and stops', async () => {
    const bench = await box()
    const view = viewOf(bench.holder)
    const host = netOf(view, 1)
    const listen = "require('node:net').createServer().listen(8080, '0.0.0.0')"
    const found = await told(bench, `'${process.execPath}' -e "${listen}" &`, (at) => listeners(at, 1).length)
    const { pid, name } = processes(view).find((one) => one.command[0] === process.execPath)!
    expect(only(found)).toEqual([
      `new listener on tcp 0.0.0.0:8080: ${name} (${pid}), in net namespace ${host}`,
    ])
    expect(only(await told(bench, `kill ${pid}; wait || true`))).toEqual([
      `gone: the listener on tcp 0.0.0.0:8080, ${name} (${pid}), in net namespace ${host}`,
    ])
  })

  test('a hostile name stays on its line', async () => {
    const bench = await box()
    const [text] = await told(bench, "ip link add name $'\\e[31m' type bridge")
    expect(text).toBe(`new link \\x1b[31m (bridge), in net namespace ${netOf(viewOf(bench.holder), 1)}`)
  })
})
