import { newBridge, noteOnLink } from '../netlink/route.ts'
import { NetlinkError, send } from '../netlink/socket.ts'
import { bridgeNamed, forwardedBefore } from './our-bridge.ts'
import { notPrivileged, quoted, verb, word } from './verb.ts'

/** RTM_NEWLINK of kind `bridge`, see rtnetlink(7): a switch that containers share. One that is there already is as good. */
export interface BridgeAddArgs {
  name: string
  mac: string
  /** Whether the machine forwarded packets before: written on the bridge itself, for whoever removes it. */
  forwards: boolean
}

// #region call
export const bridgeAdd = verb<BridgeAddArgs>({
  run: ({ name, mac, forwards }) => {
    try {
      send(newBridge(name, mac))
      send(noteOnLink(name, forwardedBefore(forwards)))
    } catch (error) {
      if (!(error instanceof NetlinkError && error.errno === 17 && bridgeNamed(name)?.ours)) throw error
    }
  },
  undo: ({ name, forwards }) => ({ do: 'bridgeRelease', args: { name, forwards } }),
  say: ({ name, mac }) =>
    `RTM_NEWLINK(up, {IFLA_IFNAME ${quoted(name)}, IFLA_ADDRESS ${mac}, IFLA_INFO_KIND "bridge"})`,
  shell: ({ name, mac }) =>
    `ip link show ${word(name)} >/dev/null 2>&1 || ip link add ${word(name)} address ${mac} up type bridge`,
  causes: {
    EEXIST: ({ name }) => ({
      because: `there is a link ${name} already, and it is not a bridge of ours`,
      remedy: `give it another name: ip link set ${name} name other0`,
    }),
    EPERM: notPrivileged('CAP_NET_ADMIN', 'the owner of this network namespace'),
    ENOTSUP: () => ({ because: 'this kernel has no bridges', remedy: 'modprobe bridge' }),
  },
})
// #endregion call
