import { describe, expect, test } from 'vitest'
import { drawNetwork, legendOf } from '../../../src/cli/look/network.ts'
import { listNetwork } from '../../../src/cli/look/network-list.ts'
import { type DrawnLink, hasNews, networkPicture, type Space } from '../../../src/cli/look/network-model.ts'
import { plain, width } from '../../../src/cli/look/width.ts'
import { namespaces, processes, snapshot, type View, viewOf } from '../../../src/facts/index.ts'
import { box, linkGone, until } from '../../facts/box.ts'
import { runs } from '../../facts/changes/told.ts'

const sheet = { width: 80, colour: false, unicode: true }

const link = (id: string, more: Partial<DrawnLink> = {}): DrawnLink => {
  return { id, name: id.split(' ')[1]!, bridge: false, up: true, addresses: [], ...more }
}

/** Both ends of a cable, by their ids: `host v0`. */
function cable(a: Partial<DrawnLink> & { id: string }, b: Partial<DrawnLink> & { id: string }) {
  const carries = a.up !== false && b.up !== false
  return [
    link(a.id, { ...a, cable: { end: b.id, carries } }),
    link(b.id, { ...b, cable: { end: a.id, carries } }),
  ] as const
}

const [uplink, far] = cable(
  { id: 'host uplink', addresses: ['192.0.2.1/24'] },
  { id: 'world eth0', addresses: ['192.0.2.80/24'] },
)
const [port1, near] = cable(
  { id: 'host port1', master: 'host switch' },
  { id: 'box eth0', addresses: ['10.0.0.2/24'] },
)
const [port2, second] = cable(
  { id: 'host port2', master: 'host switch', news: 'new' },
  { id: 'second eth0', up: false, news: 'new' },
)
const bridge = link('host switch', { bridge: true, addresses: ['10.0.0.1/24', '2001:db8::1/64'] })

const net: Space[] = [
  { name: 'host', inode: 4026531840, links: [uplink, port2, bridge, port1] },
  { name: 'box', founder: 'bash (11)', inode: 4026532256, links: [near] },
  { name: 'world', founder: 'bash (26)', inode: 4026532325, links: [far] },
  { name: 'sleep (40)', inode: 4026532400, links: [link('alone lo', { up: false })] },
  { name: 'second', founder: 'bash (52)', inode: 4026532399, links: [second], news: 'new' },
]

describe('drawn', () => {
  test('the one with the most cables on the left, each other one beside its cable', () => {
    expect(`\n${drawNetwork(net, sheet)!.join('\n')}\n`).toBe(`
┌ host ───────────────────────────────┐            ┌ world: bash (26) ─────────┐
│   uplink        up   192.0.2.1/24   ├────────────┤   eth0 up   192.0.2.80/24 │
│   bridge switch up   10.0.0.1/24    │            └─────────── net 4026532325 ┘
│   │                  2001:db8::1/64 │            ┌ + second: bash (52) ──────┐
│ + ├ port2       up                  ├ no carrier ┤ + eth0 down               │
│   │                                 │            └─────────── net 4026532399 ┘
│   │                                 │            ┌ box: bash (11) ───────────┐
│   └ port1       up                  ├────────────┤   eth0 up   10.0.0.2/24   │
└───────────────────── net 4026531840 ┘            └─────────── net 4026532256 ┘
                                                   ┌ sleep (40) ───────────────┐
                                                   │   lo   down               │
                                                   └─────────── net 4026532400 ┘
`)
    expect(legendOf(net, sheet)).toBe('+ new')
  })

  test('colour adds nothing that is not there without it', () => {
    const coloured = drawNetwork(net, { ...sheet, colour: true })!
    expect(coloured.join()).toContain('\x1b[32m+ ')
    expect(coloured.map(plain)).toEqual(drawNetwork(net, sheet))
  })

  test('ASCII, as wide', () => {
    const typed = drawNetwork(net, { ...sheet, unicode: false })!
    expect(typed.join('\n')).toMatch(/^[\x20-\x7e\n]*$/)
    expect(typed.map(width)).toEqual(drawNetwork(net, sheet)!.map(width))
  })

  test.each(Array.from({ length: 81 }, (_, columns) => columns + 20))(
    '%i columns: it fits, or is not drawn',
    (columns) => {
      const drawn = drawNetwork(net, { ...sheet, width: columns })
      if (columns >= 74) expect(drawn).toBeDefined()
      if (columns < 70) expect(drawn).toBeUndefined()
      for (const line of drawn ?? []) expect(width(line)).toBeLessThanOrEqual(columns)
    },
  )

  test('in a low window, what did not change is only named', () => {
    const [first, ...more] = drawNetwork(net, sheet, 11)!
    expect(first).toContain('world')
    expect(more).toHaveLength(9)
    expect(more.at(-1)).toBe('As before: sleep (40).')
    const least = drawNetwork(net, sheet, 5)!
    expect(least.join('\n')).toMatch(/ uplink .* to world /)
    expect(least.join('\n')).toMatch(/ port1 .* to box /)
    expect(least.at(-1)).toBe('As before: box, world, sleep (40).')
    const calm = net.slice(0, 1).map((space) => ({ ...space, links: [uplink, bridge] }))
    expect(drawNetwork([...calm, net[2]!], sheet, 1)).toEqual(drawNetwork([...calm, net[2]!], sheet))
  })

  test('what leads elsewhere says so: both ends here, out of sight, and a cable that would cross another', () => {
    const [a, b] = cable({ id: 'host a' }, { id: 'host b' })
    const [x1, y1] = cable({ id: 'host x1' }, { id: 'box y1' })
    const [x2, y2] = cable({ id: 'host x2' }, { id: 'box y2' })
    const lost = link('host lost', { cable: { carries: false } })
    const host = { name: 'host', inode: 1, links: [a, b, lost, x1, x2] }
    const text = drawNetwork([host, { name: 'box', inode: 2, links: [y2, y1] }], sheet)!.join('\n')
    expect(text).toMatch(/│ {3}a +up +to b +│/)
    expect(text).toMatch(/│ {3}lost +up +out of sight +│/)
    expect(text).toMatch(/│ {3}x1 +up +├─{12}┤ {3}y1 +up +│/)
    expect(text).toMatch(/│ {3}x2 +up +to box +│/)
    expect(text).toMatch(/│ {3}y2 +up +to host +│/)
  })

  test('gone: the ends, the cable, the namespace', () => {
    const [v0, eth0] = cable({ id: 'host v0', news: 'gone' }, { id: 'box eth0', news: 'gone' })
    const text = drawNetwork(
      [
        { name: 'host', inode: 1, links: [v0] },
        { name: 'box', inode: 2, links: [eth0], news: 'gone' },
      ],
      sheet,
    )!.join('\n')
    expect(text).toMatch(/┌ - box ─/)
    expect(text).toMatch(/│ - v0 gone +├ {4}gone {4}┤ - eth0 gone +│/)
  })
})

test('in words: where something changed, and the names of the rest', () => {
  expect(listNetwork(net, sheet)).toEqual([
    'host',
    '  uplink: up, 192.0.2.1/24; cable to eth0 in world',
    '  port2: new, up, plugged into switch; cable to eth0 in second, no carrier',
    '  switch: a bridge, up, 10.0.0.1/24, 2001:db8::1/64',
    '  port1: up, plugged into switch; cable to eth0 in box',
    'second, bash (52): new',
    '  eth0: new, down; cable to port2 in host, no carrier',
    'As before: box, world, sleep (40).',
  ])
  for (const line of listNetwork(net, { ...sheet, width: 30 })) expect(width(line)).toBeLessThanOrEqual(30)
})

describe('read from a kernel', () => {
  async function watched() {
    const bench = await box()
    const view = viewOf(bench.holder)
    return {
      ...bench,
      view,
      /** What a line of shell makes of the network, once `ready` is so. */
      async sees(line: string, ready: (view: View) => unknown = () => true) {
        const before = await snapshot(view)
        await bench.run(line)
        await until(async () => (await ready(view)) || undefined)
        return networkPicture(before, await snapshot(view), { host: 1 })
      },
    }
  }
  const news = (picture: Space[]) =>
    picture.flatMap(({ links }) => links.flatMap(({ name, news }) => (news ? [`${news} ${name}`] : [])))

  test('a namespace with nothing but its loopback is no news; a loopback that is switched on is', async () => {
    const { sees, view } = await watched()
    const born = await sees('unshare --net sleep 1000 &', runs('sleep'))
    expect(hasNews(born)).toBe(false)
    const { pid } = processes(view).find(({ name }) => name === 'sleep')!
    expect(born.map(({ name, inode }) => [name, inode])).toEqual([
      ['host', namespaces(view, 1).net!.inode],
      [`sleep (${pid})`, namespaces(view, pid).net!.inode],
    ])
    const up = await sees(`nsenter -t ${pid} -n ip link set lo up`)
    expect(news(up)).toEqual(['changed lo'])
    expect(up[1]?.links).toMatchObject([{ name: 'lo', up: true, addresses: ['127.0.0.1/8'] }])
    expect(news(await sees(`kill ${pid}; wait || true`))).toEqual([])
  })

  test('a cable is laid, moved, plugged in, and cut; a namespace with a terminal in it has the name of that', async () => {
    const { sees, view } = await watched()
    await sees('ip link add br0 type bridge; unshare --net sleep 1000 &', runs('sleep'))
    const { pid } = processes(view).find(({ name }) => name === 'sleep')!
    const laid = await sees('ip link add v0 type veth peer name v1')
    expect(news(laid).toSorted()).toEqual(['new v0', 'new v1'])
    const moved = await sees(`ip link set v1 netns ${pid} name eth0`)
    expect(news(moved)).toEqual(['gone v1', 'new eth0'])
    const plugged = await sees('ip link set v0 master br0 up')
    expect(news(plugged)).toEqual(['changed v0'])
    const lines = drawNetwork(plugged, sheet)!.join('\n')
    expect(lines).toMatch(/bridge br0 +down[\s\S]*~ └ v0 +up +├ no carrier ┤ {3}eth0 +down/)
    const on = await sees(`nsenter -t ${pid} -n ip link set eth0 up`)
    expect(drawNetwork(on, sheet)!.join('\n')).toMatch(/└ v0 +up +├─+┤ ~ eth0 +up/)
    expect(news(await sees('ip link del v0')).toSorted()).toEqual(['gone eth0', 'gone v0'])

    const now = await snapshot(view)
    expect(
      networkPicture(now, now, { host: 1, box: pid }).map(({ name, founder }) => [name, founder]),
    ).toEqual([
      ['host', undefined],
      ['box', `sleep (${pid})`],
    ])
  })

  test('one that only a mount keeps has the name of that; what goes with a namespace is gone', async () => {
    const { sees, holder } = await watched()
    await sees('mount -t tmpfs t /run; touch /run/blue; unshare --net=/run/blue true')
    const blue = await sees('ip link add v0 type veth peer name v1; ip link set v1 netns /run/blue')
    expect(blue[1]).toMatchObject({ name: 'blue', links: [{ name: 'lo' }, { name: 'v1', news: 'new' }] })
    expect(news(await sees('ip link set v0 up'))).toEqual(['changed v0'])
    const gone = await sees('umount /run/blue', () => linkGone(holder, 'v0'))
    expect(news(gone).toSorted()).toEqual(['gone v0', 'gone v1'])
    expect(gone[1]).toMatchObject({ name: 'blue', news: 'gone' })
  })
})
