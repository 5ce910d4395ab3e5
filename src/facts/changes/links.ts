import type { Link } from '../net/links.ts'
import type { Network } from '../net/networks.ts'
import type { Moment } from './comparison.ts'
import type { Lived } from './networks.ts'
import { printable } from './words.ts'

/** A link and the network namespace it is in. */
export interface Placed {
  link: Link
  net: Network
}

/** Cables and other links that are new, moved, gone; and those that were switched, plugged or renamed. */
export function changedLinks(lived: Lived[], before: Moment, after: Moment): string[] {
  const came = lived.flatMap(({ was, now }) => placed(now).filter(({ link }) => !find(was, link.index)))
  const left = lived.flatMap(({ was, now }) => placed(was).filter(({ link }) => !find(now, link.index)))
  // What was in a namespace that ended went with it, or fell back to where it came from.
  const ended = Object.entries(before.networks).flatMap(([key, net]) =>
    after.networks[key] ? [] : placed(net),
  )
  const moved = movesOf(came, [...left, ...ended])
  const origins = new Map(moved.map(({ from, to }) => [to.link, from.link]))
  const movedAway = new Set(moved.map(({ from }) => from.link))
  return [
    ...pairwise(
      came.filter(({ link }) => !origins.has(link)),
      after,
      { link: 'new link', cable: 'new cable:' },
    ),
    ...moved.map(({ from, to }) => {
      const renamed = from.link.name === to.link.name ? '' : `, where it is ${nameOf(to)}`
      return `${nameOf(from)} moved from net namespace ${from.net.inode} to ${to.net.inode}${renamed}`
    }),
    ...lived.flatMap(({ was, now }) =>
      placed(now).flatMap(({ link, net }) => {
        // A link that moves is switched off and unplugged on the way.
        const old = find(was, link.index) ?? { ...(origins.get(link) ?? link), up: false, master: undefined }
        const name = origins.has(link) ? link.name : old.name
        return changed({ link: { ...old, name }, net: was }, { link, net }).map(
          (text) => `${text}, in net namespace ${net.inode}`,
        )
      }),
    ),
    ...pairwise(
      left.filter(({ link }) => !movedAway.has(link)),
      before,
      { link: 'gone: the link', cable: 'gone: the cable of' },
    ),
  ]
}

/** Cables are told once, with both their ends. */
function pairwise(all: Placed[], at: Moment, say: { link: string; cable: string }): string[] {
  const told = new Set<Link>()
  return all.flatMap((one) => {
    if (told.has(one.link)) return []
    told.add(one.link)
    const end = otherEnd(one, at)
    const where = `in net namespace ${one.net.inode}`
    if (!end) return [`${say.link} ${nameOf(one)}${kindOf(one)}, ${where}`]
    told.add(end.link)
    return [
      end.net === one.net
        ? `${say.cable} ${nameOf(one)} and ${nameOf(end)}, ${where}`
        : `${say.cable} ${nameOf(one)} ${where} and ${nameOf(end)} in ${end.net.inode}`,
    ]
  })
}

/**
 * What lies behind a veth: each end names the other's number, and the namespaces have numbers for each other that only
 * they know. So it is found by both naming each other, and not told where two could be meant.
 */
export function otherEnd({ link, net }: Placed, at: Pick<Moment, 'networks'>): Placed | undefined {
  const { peer } = link
  if (!peer) return undefined
  const spaces = peer.nsid === undefined ? [net] : Object.values(at.networks).filter((one) => one !== net)
  const found = spaces
    .flatMap(placed)
    .filter((one) => one.link.index === peer.index && one.link.peer?.index === link.index)
  return found.length === 1 ? found[0] : undefined
}

/** A link keeps its hardware address when it moves to another namespace, but not always its number and name. */
function movesOf(came: Placed[], left: Placed[]): { from: Placed; to: Placed }[] {
  return came.flatMap((to) => {
    const { mac, kind } = to.link
    if (!mac || !kind) return []
    const from = left.find(({ link }) => link.mac === mac && link.kind === kind)
    return from && from.net.inode !== to.net.inode ? [{ from, to }] : []
  })
}

function changed(was: Placed, now: Placed): string[] {
  const told: string[] = []
  const [a, b] = [was.link, now.link]
  if (a.name !== b.name) told.push(`${nameOf(was)} is now called ${nameOf(now)}`)
  const cable = b.peer !== undefined
  if (a.up !== b.up) {
    const dead = b.up && cable && !b.carrier ? ', but its other end is not' : ''
    told.push(`${nameOf(now)} is now ${b.up ? 'up' : 'down'}${dead}`)
  } else if (b.up && cable && a.carrier !== b.carrier) {
    told.push(`the other end of ${nameOf(now)} is now ${b.carrier ? 'up' : 'down'}`)
  }
  if (a.master !== b.master) {
    const [old, plug] = [find(was.net, a.master), find(now.net, b.master)]
    if (plug) told.push(`${nameOf(now)} is now plugged into ${printable(plug.name)}`)
    else told.push(`${nameOf(now)} is no longer plugged into ${printable(old?.name ?? 'a bridge')}`)
  }
  return told
}

function placed(net: Network): Placed[] {
  return net.links.map((link) => ({ link, net }))
}

function find(net: Network, index: number | undefined): Link | undefined {
  return net.links.find((link) => link.index === index)
}

function nameOf({ link }: Placed): string {
  return printable(link.name)
}

function kindOf({ link }: Placed): string {
  return link.kind ? ` (${link.kind})` : ''
}
