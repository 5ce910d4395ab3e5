import { attributesIn, IFF_UP, IFLA, textIn } from '../../kernel/netlink/index.ts'

/** A network device, as `ip -d link` shows it. */
export interface Link {
  /** Its number in its namespace: what `@if7` names. */
  index: number
  name: string
  /** `veth`, `bridge`, `tun` …; none for `lo` and for hardware. */
  kind?: string
  /** Somebody switched it on: IFF_UP. */
  up: boolean
  /** Something answers at the other end of the cable. */
  carrier: boolean
  /** RFC 2863's word: `up`, `down`, `lowerlayerdown`, `unknown` (for `lo`, which is never asked) … */
  state: string
  /** Bytes of the largest packet. */
  mtu: number
  /** `02:42:ac:11:00:02`; none where frames have no address. */
  mac?: string
  /** The number of the bridge (or bond) it is plugged into. */
  master?: number
  /**
   * The other end of a veth. `nsid` is this namespace's own number for the one where it lies, and no other's; absent:
   * the end lies in the same namespace.
   */
  peer?: { index: number; nsid?: number }
  /** A note that somebody left on it: `ip link set … alias`. */
  alias?: string
  rxBytes: number
  txBytes: number
  rxPackets: number
  txPackets: number
}

/** <linux/if.h>, in its order. */
const states = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up']

/** One RTM_NEWLINK: struct ifinfomsg (family, type, index, flags, change: 16 bytes), then attributes. */
export function linkIn(body: Buffer): Link {
  const found = attributesIn(body.subarray(16))
  const info = found.get(IFLA.linkInfo)
  const kindName = info && attributesIn(info).get(IFLA.infoKind)
  const kind = kindName && textIn(kindName)
  const mac = found.get(IFLA.address)
  const alias = found.get(IFLA.alias)
  const master = found.get(IFLA.master)?.readUInt32LE()
  const other = kind === 'veth' ? found.get(IFLA.link)?.readUInt32LE() : undefined
  const nsid = found.get(IFLA.linkNamespace)?.readInt32LE()
  // struct rtnl_link_stats64 begins: packets received and sent, bytes received and sent.
  const counted = (nth: number) => Number(found.get(IFLA.stats64)?.readBigUInt64LE(nth * 8) ?? 0)
  return {
    index: body.readInt32LE(4),
    name: textIn(found.get(IFLA.name) ?? Buffer.alloc(0)),
    ...(kind && { kind }),
    up: (body.readUInt32LE(8) & IFF_UP) !== 0,
    carrier: found.get(IFLA.carrier)?.[0] === 1,
    state: states[found.get(IFLA.operstate)?.[0] ?? 0] ?? 'unknown',
    mtu: found.get(IFLA.mtu)?.readUInt32LE() ?? 0,
    ...(mac?.length === 6 && { mac: mac.toString('hex').replace(/..(?!$)/g, '$&:') }),
    ...(master && { master }),
    ...(other && { peer: { index: other, ...(nsid !== undefined && { nsid }) } }),
    ...(alias && { alias: textIn(alias) }),
    rxPackets: counted(0),
    txPackets: counted(1),
    rxBytes: counted(2),
    txBytes: counted(3),
  }
}
