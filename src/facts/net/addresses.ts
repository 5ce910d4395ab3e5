import { addressText, attributesIn, IFA } from '../../kernel/netlink/index.ts'

/** An address of a link. */
export interface Address {
  /** The number of the link. */
  link: number
  family: 4 | 6
  address: string
  /** How many of its bits name the network: 24. */
  prefix: number
  /** How far it is known: `global`, `link`, `host` … */
  scope: string
}

/** RT_SCOPE_* of <linux/rtnetlink.h>; the rest are numbers that an administrator gave. */
const scopes: Record<number, string> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' }

/** One RTM_NEWADDR: struct ifaddrmsg (family, prefix length, flags, scope, link: 8 bytes), then attributes. */
export function addressIn(body: Buffer): Address {
  const found = attributesIn(body.subarray(8))
  // Where the two differ the link goes to one neighbour only, and IFA_ADDRESS is the neighbour's.
  const bytes = found.get(IFA.local) ?? found.get(IFA.address) ?? Buffer.alloc(4)
  return {
    link: body.readUInt32LE(4),
    family: bytes.length === 4 ? 4 : 6,
    address: addressText(bytes),
    prefix: body[1] ?? 0,
    scope: scopes[body[3] ?? 0] ?? String(body[3]),
  }
}
