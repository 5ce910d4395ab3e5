import { closeSync, readFileSync, writeFileSync } from 'node:fs'
import { claimed, locked } from '../claims.ts'
import { attributesIn, textIn } from '../netlink/message.ts'
import { deleteLink, dump, IFLA, RTM } from '../netlink/route.ts'
import { ask, openNetlink, send } from '../netlink/socket.ts'
import { forwardedBefore } from './bridge-add.ts'
import { verb, word } from './verb.ts'

/** Takes a bridge away when no container has a claim to an address on it; who comes last turns off the light. */
export interface BridgeReleaseArgs {
  name: string
  /** For the script of a single container; the note on the bridge knows better, whoever made it. */
  forwards: boolean
}

export const ipForward = '/proc/sys/net/ipv4/ip_forward'

/** Whose bridge it is, by its Ethernet address, and what is written on it; undefined when there is none. */
function bridgeNamed(name: string): { ours: boolean; note: string } | undefined {
  const socket = openNetlink()
  try {
    for (const { body } of ask(socket, dump(RTM.getLink))) {
      const about = attributesIn(body.subarray(16))
      if (textIn(about.get(IFLA.name)!) !== name) continue
      const ours = about.get(IFLA.address)?.toString('hex').startsWith('02c0') ?? false
      return { ours, note: textIn(about.get(IFLA.alias) ?? Buffer.alloc(0)) }
    }
    return undefined
  } finally {
    closeSync(socket)
  }
}

// #region call
export const bridgeRelease = verb<BridgeReleaseArgs>({
  run: ({ name }) =>
    // Nobody can claim an address between our look and the end of the bridge.
    locked(name, () => {
      if (claimed(name).length > 0) return
      const bridge = bridgeNamed(name)
      if (!bridge?.ours) return
      send(deleteLink(name))
      if (bridge.note === forwardedBefore(false) && readFileSync(ipForward, 'utf8').trim() === '1')
        writeFileSync(ipForward, '0')
    }),
  say: ({ name }) => `RTM_DELLINK({IFLA_IFNAME "${name}"}) unless a container uses it`,
  shell: ({ name, forwards }) => {
    const away = `ip link del ${word(name)}${forwards ? '' : ` && echo 0 > ${ipForward}`}`
    return `[ -n "$(ls /sys/class/net/${word(name)}/brif)" ] || { ${away}; }`
  },
})
// #endregion call
