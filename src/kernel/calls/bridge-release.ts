import { readFileSync, writeFileSync } from 'node:fs'
import { claimed, locked } from '../claims.ts'
import { deleteLink } from '../netlink/route.ts'
import { send } from '../netlink/socket.ts'
import { bridgeNamed, forwardedBefore } from './our-bridge.ts'
import { verb, word } from './verb.ts'

/** Takes a bridge away when no container has a claim to an address on it; who comes last turns off the light. */
export interface BridgeReleaseArgs {
  name: string
  /** For the script of a single container; the note on the bridge knows better, whoever made it. */
  forwards: boolean
}

export const ipForward = '/proc/sys/net/ipv4/ip_forward'

// #region call
export const bridgeRelease = verb<BridgeReleaseArgs>({
  run: ({ name }) =>
    // Nobody can claim an address between our look and the end of the bridge.
    locked(name, () => {
      if (claimed(name).length > 0) return
      const bridge = bridgeNamed(name)
      if (!bridge?.ours) return
      // First: the note goes with the bridge, and whoever comes after one that was killed here would not know.
      if (bridge.note === forwardedBefore(false) && readFileSync(ipForward, 'utf8').trim() === '1')
        writeFileSync(ipForward, '0')
      send(deleteLink(name))
    }),
  say: ({ name }) => `RTM_DELLINK({IFLA_IFNAME "${name}"}) unless a container uses it`,
  shell: ({ name, forwards }) => {
    const away = `ip link del ${word(name)}${forwards ? '' : ` && echo 0 > ${ipForward}`}`
    return `[ -n "$(ls /sys/class/net/${word(name)}/brif)" ] || { ${away}; }`
  },
})
// #endregion call
