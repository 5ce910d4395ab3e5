import { addressText, attributesIn, RTA } from '../../kernel/netlink/index.ts'

/** A line of the main routing table. */
export interface Route {
  family: 4 | 6
  /** `default`, `10.0.0.0/24` */
  destination: string
  gateway?: string
  /** The number of the link it leads to. */
  link?: number
  /** The address that packets sent this way carry, where the route says so. */
  source?: string
  /** `unicast`; `unreachable`, `blackhole`, `prohibit` … for those that lead nowhere. */
  type: string
  /** 254, the main table's number. */
  table: number
}

/** RTN_* of <linux/rtnetlink.h>, in its order. */
const types = [
  ...['unspec', 'unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole', 'unreachable'],
  ...['prohibit', 'throw', 'nat', 'xresolve'],
]
const main = 254
/** A copy that the kernel made for one destination, and no line of the table. */
const RTM_F_CLONED = 0x200

/**
 * One RTM_NEWROUTE: struct rtmsg (family, lengths of destination and source, tos, table, protocol, scope, type, then
 * flags: 12 bytes), then attributes. Undefined for what is in another table.
 */
export function routeIn(body: Buffer): Route | undefined {
  const found = attributesIn(body.subarray(12))
  const table = found.get(RTA.table)?.readUInt32LE() ?? body[4] ?? 0
  if (table !== main || body.readUInt32LE(8) & RTM_F_CLONED) return undefined
  const family = body[0] === 2 ? 4 : body[0] === 10 ? 6 : undefined
  if (!family) return undefined
  const [destination, gateway, source] = [RTA.destination, RTA.gateway, RTA.source].map((type) => {
    const bytes = found.get(type)
    return bytes && addressText(bytes)
  })
  const link = found.get(RTA.link)?.readUInt32LE()
  return {
    family,
    destination: destination ? `${destination}/${body[1]}` : 'default',
    ...(gateway && { gateway }),
    ...(link && { link }),
    ...(source && { source }),
    type: types[body[7] ?? 0] ?? String(body[7]),
    table,
  }
}
