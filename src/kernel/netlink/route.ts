import { addressBytes, families } from './address.ts'
import { attribute, flags, message, text, u8, u16, u32 } from './message.ts'

/**
 * Links, addresses and routes, asked for as rtnetlink(7) has it. The numbers are those of <linux/rtnetlink.h>,
 * <linux/if_link.h>, <linux/if_addr.h> and <linux/veth.h>.
 */
export const RTM = {
  newLink: 16,
  delLink: 17,
  getLink: 18,
  setLink: 19,
  newAddress: 20,
  getAddress: 22,
  newRoute: 24,
  getRoute: 26,
  getNamespaceId: 90,
} as const

export const IFLA = {
  address: 1,
  name: 3,
  mtu: 4,
  link: 5,
  master: 10,
  operstate: 16,
  linkInfo: 18,
  namespacePid: 19,
  alias: 20,
  stats64: 23,
  namespaceFd: 28,
  carrier: 33,
  linkNamespace: 37,
  infoKind: 1,
  infoData: 2,
  vethPeer: 1,
} as const

export const IFA = { address: 1, local: 2 } as const
export const RTA = { destination: 1, link: 4, gateway: 5, source: 7, table: 15 } as const
export const NETNSA = { id: 1, pid: 2, fd: 3 } as const
export const IFF_UP = 1

/**
 * A request, and the links it names: their numbers are known only in the namespace where they lie, so whoever sends
 * it puts them in, 4 bytes at the place that is said. `child` is the place for the number of the child's process.
 */
export interface Request {
  bytes: Buffer
  links: { name: string; at: number }[]
  child?: number
}

/** struct ifinfomsg: family, padding, device type, index, flags, which flags change. */
function linkHead(index = 0, up = false): Buffer {
  const flag = up ? IFF_UP : 0
  return Buffer.concat([u8(0), u8(0), u16(0), u32(index), u32(flag), u32(flag)])
}

const macBytes = (mac: string) => Buffer.from(mac.replaceAll(':', ''), 'hex')

/** Body offsets count from the message's beginning: behind its header of 16 bytes. */
const body = 16

/** Two names of one cable: the link itself, and its other end, which is born in the child's network namespace. */
export interface Veth {
  name: string
  master?: string
  peer: { name: string; mac?: string }
}

// #region veth
/** RTM_NEWLINK of kind `veth`: one message makes both ends, each where it belongs. */
export function newVeth({ name, master, peer }: Veth): Request {
  const before = [
    linkHead(0, true),
    attribute(IFLA.name, text(name)),
    ...(master ? [attribute(IFLA.master, u32(0))] : []),
  ]
  const end = [
    linkHead(),
    attribute(IFLA.name, text(peer.name)),
    ...(peer.mac ? [attribute(IFLA.address, macBytes(peer.mac))] : []),
    attribute(IFLA.namespacePid, u32(0)),
  ]
  const bytes = message(
    RTM.newLink,
    flags.create | flags.exclusive | flags.ack,
    ...before,
    attribute(
      IFLA.linkInfo,
      attribute(IFLA.infoKind, text('veth')),
      attribute(IFLA.infoData, attribute(IFLA.vethPeer, ...end)),
    ),
  )
  return {
    bytes,
    // The master is the last attribute before the kind; the child's number is the very last.
    links: master ? [{ name: master, at: body + Buffer.concat(before).length - 4 }] : [],
    child: bytes.length - 4,
  }
}
// #endregion veth

/**
 * RTM_NEWLINK of kind `bridge`: a switch, up at once. Without an address of its own it takes the lowest of its ports',
 * so that it would change under its neighbours whenever one comes or goes.
 */
export function newBridge(name: string, mac: string): Request {
  return {
    bytes: message(
      RTM.newLink,
      flags.create | flags.exclusive | flags.ack,
      linkHead(0, true),
      attribute(IFLA.name, text(name)),
      attribute(IFLA.address, macBytes(mac)),
      attribute(IFLA.linkInfo, attribute(IFLA.infoKind, text('bridge'))),
    ),
    links: [],
  }
}

/** RTM_SETLINK: a note on a link, for people and for us. A new link cannot be given one at once. */
export function noteOnLink(name: string, note: string): Request {
  return {
    bytes: message(
      RTM.setLink,
      flags.ack,
      linkHead(),
      attribute(IFLA.name, text(name)),
      attribute(IFLA.alias, text(note)),
    ),
    links: [],
  }
}

/** RTM_GETLINK of one link by its name. */
export function getLink(name: string): Buffer {
  return message(RTM.getLink, flags.ack, linkHead(), attribute(IFLA.name, text(name)))
}

/** RTM_DELLINK; of a veth, both ends go. */
export function deleteLink(name: string): Request {
  return {
    bytes: message(RTM.delLink, flags.ack, linkHead(), attribute(IFLA.name, text(name))),
    links: [],
  }
}

// #region address
/** RTM_NEWADDR: struct ifaddrmsg is family, prefix length, flags, scope, and the number of the link. */
export function newAddress(link: string, address: string, prefix: number): Request {
  const bytes = addressBytes(address)
  const family = families[bytes.length === 4 ? 4 : 6]
  return {
    bytes: message(
      RTM.newAddress,
      flags.create | flags.replace | flags.ack,
      Buffer.from([family, prefix, 0, 0]),
      u32(0),
      attribute(IFA.local, bytes),
      attribute(IFA.address, bytes),
    ),
    links: [{ name: link, at: body + 4 }],
  }
}
// #endregion address

/** RTM_NEWROUTE: everything that is not nearer goes through `gateway`. */
export function newDefaultRoute(gateway: string): Request {
  const bytes = addressBytes(gateway)
  const [main, boot, universe, unicast] = [254, 3, 0, 1]
  return {
    bytes: message(
      RTM.newRoute,
      flags.create | flags.exclusive | flags.ack,
      // struct rtmsg: family, lengths of destination and source (0: any), tos, table, protocol, scope, type, flags
      Buffer.from([families[bytes.length === 4 ? 4 : 6], 0, 0, 0, main, boot, universe, unicast]),
      u32(0),
      attribute(RTA.gateway, bytes),
    ),
    links: [],
  }
}

/** Everything of one kind: `getLink`, `getAddress` or `getRoute`. */
export function dump(type: number): Buffer {
  const head = type === RTM.getLink ? linkHead() : Buffer.alloc(type === RTM.getRoute ? 12 : 8)
  return message(type, flags.dump, head)
}

/** RTM_GETNSID: by which number the socket's namespace knows the one behind a descriptor. */
export function namespaceId(fd: number): Buffer {
  return message(RTM.getNamespaceId, flags.ack, u32(0), attribute(NETNSA.fd, u32(fd)))
}
