import {
  type Address,
  cables,
  type Link,
  type Listener,
  listeners,
  namespaces,
  net,
  netHere,
  type View,
} from '../../facts/index.ts'

/** A link in the network namespace of a process. */
export interface LinkLine {
  name: string
  /** veth, bridge, tun … */
  kind?: string
  up: boolean
  /** `172.17.0.2/16` */
  addresses: string[]
  /** The other end of its cable, as far as it may be looked at. */
  outside?: End
}

/** The far end of a cable. */
export interface End {
  name: string
  up: boolean
  /** Not known of an end that lies elsewhere. */
  addresses: string[]
  /** Where it lies: on the inspector's side, in the same namespace as the near end, or in a third one. */
  where: 'machine' | 'inside' | 'elsewhere'
  /** The bridge that it is plugged into. */
  bridge?: { name: string; addresses: string[] }
}

export interface NetReport {
  links: LinkLine[]
  listeners: Listener[]
}

/**
 * The links of a process with the other ends of its cables, and what listens there.
 *
 * @throws KernelError when the process is gone, or its network namespace may not be entered
 */
export async function netOf(view: View, pid: number): Promise<NetReport> {
  const inside = await net(view, pid)
  const [ours, here] = [namespaces(view, process.pid).net, netHere()]
  const ends = new Map<number, End>()
  for (const { inside: near, outside: far, bridge } of await cables(view, pid)) {
    if (!far) continue
    const where = !far.netns ? 'inside' : far.netns.inode === ours?.inode ? 'machine' : 'elsewhere'
    const addresses = { inside: inside.addresses, machine: here.addresses, elsewhere: [] }[where]
    ends.set(near.index, {
      ...lineOf(far, addresses),
      where,
      ...(bridge && { bridge: lineOf(bridge, addresses) }),
    })
  }
  return {
    links: inside.links.map((link) => {
      const outside = ends.get(link.index)
      return {
        ...(link.kind && { kind: link.kind }),
        ...lineOf(link, inside.addresses),
        ...(outside && { outside }),
      }
    }),
    listeners: listeners(view, pid),
  }
}

function lineOf({ index, name, up }: Link, addresses: Address[]) {
  const own = addresses.filter(({ link }) => link === index)
  return { name, up, addresses: own.map(({ address, prefix }) => `${address}/${prefix}`) }
}
