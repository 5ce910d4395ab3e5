import { newVeth } from '../netlink/route.ts'
import { send } from '../netlink/socket.ts'
import { notPrivileged, quoted, verb, word } from './verb.ts'

/** RTM_NEWLINK of kind `veth`, see veth(4): a cable with one end here, in a bridge, and the other in the child. */
export interface VethAddArgs {
  name: string
  bridge: string
  peer: { name: string; mac: string }
}

// #region call
export const vethAdd = verb<VethAddArgs>({
  run: ({ name, bridge, peer }, { child }) => send(newVeth({ name, master: bridge, peer }), child),
  undo: ({ name }) => ({ do: 'linkDelete', args: { name } }),
  say: ({ name, bridge, peer }) =>
    `RTM_NEWLINK(up, {IFLA_IFNAME ${quoted(name)}, IFLA_MASTER ${bridge}, IFLA_INFO_KIND "veth", ` +
    `VETH_INFO_PEER {IFLA_IFNAME ${quoted(peer.name)}, IFLA_ADDRESS ${peer.mac}, IFLA_NET_NS_PID CHILD}})`,
  shell: ({ name, bridge, peer }) =>
    `ip link add ${word(name)} master ${word(bridge)} up type veth peer name ${word(peer.name)} address ${peer.mac} netns $CHILD`,
  causes: {
    EPERM: notPrivileged('CAP_NET_ADMIN', 'the owners of both network namespaces'),
    EEXIST: ({ name }) => ({ because: `there is a link ${name} already` }),
    ENODEV: ({ bridge }) => ({ because: `the bridge ${bridge} is gone: somebody removed it just now` }),
    ENOTSUP: () => ({ because: 'this kernel has no veth pairs', remedy: 'modprobe veth' }),
  },
})
// #endregion call
