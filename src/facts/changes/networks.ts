import type { Address } from '../net/addresses.ts'
import type { Listener } from '../net/listeners.ts'
import type { Network } from '../net/networks.ts'
import type { Route } from '../net/routes.ts'
import { type Comparison, heldBy, type Moment } from './comparison.ts'
import { changedLinks } from './links.ts'
import { list, printable, who } from './words.ts'

/** A network namespace that is there now, with what it was; a new one was as the kernel makes them. */
export interface Lived {
  was: Network
  now: Network
}

/** Links, addresses, routes and listeners that are new, changed or gone, in every network namespace that is there now. */
export function changedNetworks(comparison: Comparison): string[] {
  const { before, after } = comparison
  const all = livedThrough(comparison)
  return [
    ...changedLinks(all, before, after),
    ...all.flatMap((one) => {
      const told = [...changedAddresses(one), ...changedRoutes(one), ...changedListeners(one, before, after)]
      return told.map((text) => `${text}, in net namespace ${one.now.inode}`)
    }),
  ]
}

function livedThrough({ before, after, fresh }: Comparison): Lived[] {
  return Object.entries(after.networks).flatMap(([key, now]): Lived[] => {
    const ref = { kind: 'net', device: 0, inode: now.inode } as const
    const peopled = before.namespaces.has(key) || after.namespaces.has(key)
    const isNew = peopled
      ? fresh.some((one) => one.ref.kind === 'net' && one.ref.inode === now.inode)
      : heldBy(before, ref) !== heldBy(after, ref)
    const was = isNew ? untouched(now) : before.networks[key]
    // Without `was` it could not be entered before: then there is nothing to compare with.
    return was ? [{ was, now }] : []
  })
}

/** What the kernel puts into each new one, where their modules are loaded: the fallbacks of tunnels. */
export const fallbacks = new Set([
  'ipip',
  'sit',
  'gre',
  'gretap',
  'erspan',
  'ip6tnl',
  'ip6gre',
  'vti',
  'vti6',
])

/** As it was when it was made: its own lo, and it down. */
function untouched(net: Network): Network {
  const born = net.links.filter(({ name, kind }) => name === 'lo' || (kind && fallbacks.has(kind)))
  const links = born.map((link) => ({ ...link, up: false }))
  return { ...net, links, addresses: [], routes: [], listeners: [] }
}

function changedAddresses({ was, now }: Lived): string[] {
  const text = ({ address, prefix }: Address) => `${address}/${prefix}`
  // Every link has one of these (fe80::…) as soon as it is up, and only for talks between neighbours.
  const of = (net: Network, index: number) =>
    net.addresses.filter(({ link, family, scope }) => link === index && (family === 4 || scope !== 'link'))
  return now.links.flatMap(({ index, name }) => {
    const [old, all] = [of(was, index).map(text), of(now, index).map(text)]
    const [came, went] = [without(all, old), without(old, all)]
    const noun = (texts: string[]) => `address${texts.length > 1 ? 'es' : ''} ${list(texts)}`
    return [
      ...(came.length ? [`new ${noun(came)} of ${printable(name)}`] : []),
      ...(went.length ? [`gone: the ${noun(went)} of ${printable(name)}`] : []),
    ]
  })
}

function changedRoutes({ was, now }: Lived): string[] {
  const names = new Map(now.links.map(({ index, name }) => [index, name]))
  const told = ({ routes }: Network) =>
    routes
      .filter(
        ({ family, destination, link }) =>
          // With a link its routes go, which is no news; nor are those that every link has for IPv6.
          (!link || names.has(link)) &&
          (family === 4 || !(names.get(link ?? 0) === 'lo' || /^f[ef]/.test(destination))),
      )
      .map((route) => routeText(route, names))
  const [old, all] = [told(was), told(now)]
  return [
    ...without(all, old).map((text) => `new route: ${text}`),
    ...without(old, all).map((text) => `gone: the route ${text}`),
  ]
}

/** `10.0.0.0/24 through eth0`, `default by 10.0.0.1 through eth0` */
function routeText({ destination, gateway, link, type }: Route, names: Map<number, string>): string {
  if (type !== 'unicast') return `${destination}, ${type}`
  const by = gateway ? ` by ${gateway}` : ''
  return `${destination}${by}${link ? ` through ${printable(names.get(link) ?? '')}` : ''}`
}

function changedListeners({ was, now }: Lived, before: Moment, after: Moment): string[] {
  const key = ({ protocol, address, port, inode }: Listener) => [protocol, address, port, inode].join(' ')
  const [old, all] = [new Set(was.listeners.map(key)), new Set(now.listeners.map(key))]
  return [
    ...now.listeners
      .filter((one) => !old.has(key(one)))
      .map((one) => `new listener on ${doorText(one)}: ${holders(one, after)}`),
    ...was.listeners
      .filter((one) => !all.has(key(one)))
      .map((one) => `gone: the listener on ${doorText(one)}, ${holders(one, before)}`),
  ]
}

/** `tcp 0.0.0.0:80`, `udp [::]:53` */
function doorText({ protocol, family, address, port }: Listener): string {
  return `${protocol} ${family === 6 ? `[${address}]` : address}:${port}`
}

function holders({ pids }: Listener, at: Moment): string {
  return list(pids.flatMap((pid) => at.byPid.get(pid) ?? []).map(who)) || 'a process out of sight'
}

function without(all: string[], these: string[]): string[] {
  return all.filter((one) => !these.includes(one))
}
