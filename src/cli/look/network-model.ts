import { basename } from 'node:path'
import { otherEnd, type Snapshot, tunnelFallbacks } from '../../facts/index.ts'
import { printable } from '../inspect/printable.ts'

/** What became of something between two moments. */
export type News = 'new' | 'gone' | 'changed'

/** A network namespace as it is drawn. */
export interface Space {
  /** What the learner calls it: its terminal, its name under /run/netns, or `sleep (12)`. */
  name: string
  /** `bash (11)`: whom it was made for, where that is not its name. */
  founder?: string
  inode: number
  links: DrawnLink[]
  /** Never `changed`: it is its links that change. */
  news?: News
}

export interface DrawnLink {
  /** Where it lies, and its number there. */
  id: string
  name: string
  bridge: boolean
  up: boolean
  addresses: string[]
  /** The id of the bridge it is plugged into. */
  master?: string
  /** It is the end of a cable, whose other end has this id; none when that is out of sight. */
  cable?: { end?: string; carries: boolean }
  news?: News
}

type Network = Snapshot['networks'][string]

/**
 * The network namespaces of a bench and what is in them, with what is new, changed or gone since an earlier moment. The
 * first is the host's.
 *
 * @param shells the shell of each terminal by its number: namespaces are called after the terminals in them
 */
export function networkPicture(before: Snapshot, after: Snapshot, shells: Record<string, number>): Space[] {
  const now = Object.entries(after.networks).map(([key, net]): Space => {
    const was = before.networks[key]
    const old = was && sameSpace(net.inode, before, after) ? linksOf(key, was, before) : undefined
    const links = linksOf(key, net, after)
    const told = old ? compared(old, links) : links.map(born)
    return { ...titleOf(net, after, shells), links: told.filter(isShown), ...(!old && { news: 'new' }) }
  })
  const left = Object.entries(before.networks).flatMap(([key, net]): Space[] => {
    const links = linksOf(key, net, before).filter(({ name }) => name !== 'lo')
    if (after.networks[key] || links.length === 0) return []
    return [{ ...titleOf(net, before, shells), links: compared(links, []), news: 'gone' }]
  })
  return [...now, ...left]
}

/** Whether there is something to see. A namespace that has nothing but its loopback came or went: that is no network. */
export function hasNews(picture: Space[]): boolean {
  return picture.some(({ links }) => links.some(({ news }) => news))
}

// ---

/** While it lives, no other namespace has its number: but if nothing in it was there before, it may be another one. */
function sameSpace(inode: number, before: Snapshot, after: Snapshot): boolean {
  const were = new Set(membersOf(inode, before).map(({ pid, started }) => `${pid} ${started}`))
  const isHeld = mountOf(inode, before) !== undefined || mountOf(inode, after) !== undefined
  return isHeld || membersOf(inode, after).some(({ pid, started }) => were.has(`${pid} ${started}`))
}

function linksOf(key: string, net: Network, at: Snapshot): DrawnLink[] {
  const ends = new Map(Object.entries(at.networks).map(([other, { inode }]) => [inode, other]))
  return net.links
    .filter((link) => link.up || !tunnelFallbacks.has(link.kind ?? ''))
    .map((link): DrawnLink => {
      const end = otherEnd({ link, net }, at)
      const cable = link.peer && {
        ...(end && { end: idOf(ends.get(end.net.inode)!, end.link.index) }),
        carries: link.up && link.carrier,
      }
      return {
        id: idOf(key, link.index),
        name: printable(link.name),
        bridge: link.kind === 'bridge',
        up: link.up,
        addresses: addressesOf(net, link.index),
        ...(link.master && { master: idOf(key, link.master) }),
        ...(cable && { cable }),
      }
    })
}

const idOf = (key: string, index: number) => `${key} ${index}`

/** Without those that every link has as soon as it is up: fe80::… for talks between neighbours, and ::1. */
function addressesOf({ addresses }: Network, index: number): string[] {
  return addresses
    .filter(({ link, family, scope }) => link === index && (family === 4 || scope === 'global'))
    .map(({ address, prefix }) => `${address}/${prefix}`)
}

function compared(were: DrawnLink[], are: DrawnLink[]): DrawnLink[] {
  const old = new Map(were.map((link) => [link.id, link]))
  const ids = new Set(are.map(({ id }) => id))
  const seen = ({ name, up, addresses, master }: DrawnLink) => JSON.stringify([name, up, addresses, master])
  return [
    ...are.map((link): DrawnLink => {
      const was = old.get(link.id)
      if (!was) return { ...link, news: 'new' }
      return seen(was) === seen(link) ? link : { ...link, news: 'changed' }
    }),
    ...were
      .filter(({ id }) => !ids.has(id))
      .map((link): DrawnLink => ({ ...link, addresses: [], news: 'gone' })),
  ]
}

/** A new namespace has its loopback from the kernel. */
function born(link: DrawnLink): DrawnLink {
  return link.name === 'lo' ? link : { ...link, news: 'new' }
}

/** A loopback that works says nothing where there is something else. */
function isShown(link: DrawnLink, _: number, all: DrawnLink[]): boolean {
  return link.name !== 'lo' || !link.up || link.news !== undefined || all.length === 1
}

function titleOf({ inode }: Network, at: Snapshot, shells: Record<string, number>) {
  const members = membersOf(inode, at).sort((a, b) => a.started - b.started || a.pid - b.pid)
  if (members.some(({ pid }) => pid === 1)) return { name: 'host', inode }
  const first = members[0]
  const founder = first && `${printable(first.name)} (${first.pid})`
  const terminal = Object.entries(shells).find(
    ([name, shell]) => name !== 'host' && members.some(({ pid }) => pid === shell),
  )
  const mount = mountOf(inode, at)
  const name = terminal?.[0] ?? (mount && printable(basename(mount)))
  return name ? { name, ...(founder && { founder }), inode } : { name: founder ?? `net ${inode}`, inode }
}

function membersOf(inode: number, { processes }: Snapshot) {
  return processes.filter(({ namespaces }) => namespaces.net?.inode === inode)
}

function mountOf(inode: number, { mounts }: Snapshot): string | undefined {
  const all = Object.values(mounts).flat()
  return all.find(({ type, root }) => type === 'nsfs' && root === `net:[${inode}]`)?.at
}
