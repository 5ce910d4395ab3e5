import { describe, expect, test } from 'vitest'
import { cables, namespaces, net, viewOf } from '../../../src/facts/index.ts'
import { box } from '../box.ts'
import { apart, type IpLink, printed } from './ip.ts'

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
