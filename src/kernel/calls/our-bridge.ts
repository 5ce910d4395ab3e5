import { closeSync } from 'node:fs'
import { attributesIn, textIn } from '../netlink/message.ts'
import { dump, IFLA, RTM } from '../netlink/route.ts'
import { ask, openNetlink } from '../netlink/socket.ts'

/** How the Ethernet addresses begin that we give: 02 is for whoever makes one up, and c0 says that it was us. */
export const ourMacs = [0x02, 0xc0]

/** What is written on a bridge of ours, for whoever removes it. */
export const forwardedBefore = (forwards: boolean) => `cooperage: ip_forward was ${forwards ? 1 : 0}`

/** Whose bridge it is, by its Ethernet address, and what is written on it; undefined when there is none. */
export function bridgeNamed(name: string): { ours: boolean; note: string } | undefined {
  const socket = openNetlink()
  try {
    for (const { body } of ask(socket, dump(RTM.getLink))) {
      const about = attributesIn(body.subarray(16))
      if (textIn(about.get(IFLA.name)!) !== name) continue
      const mac = about.get(IFLA.address)
      const ours = ourMacs.every((byte, at) => mac?.[at] === byte)
      return { ours, note: textIn(about.get(IFLA.alias) ?? Buffer.alloc(0)) }
    }
    return undefined
  } finally {
    closeSync(socket)
  }
}
