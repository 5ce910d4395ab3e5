import { newDefaultRoute } from '../netlink/route.ts'
import { send } from '../netlink/socket.ts'
import { toChild } from './address-add.ts'
import { notPrivileged, verb } from './verb.ts'

/** RTM_NEWROUTE, see rtnetlink(7): what is not nearer goes through a gateway. */
export interface RouteAddArgs {
  via: string
}

// #region call
export const routeAdd = verb<RouteAddArgs>({
  encode: ({ via }) => toChild(newDefaultRoute(via)),
  run: ({ via }) => send(newDefaultRoute(via)),
  say: ({ via }) => `RTM_NEWROUTE(default, {RTA_GATEWAY ${via}})`,
  shell: ({ via }) => `ip route add default via ${via}`,
  causes: {
    EEXIST: () => ({ because: 'there is a default route already' }),
    ENETUNREACH: ({ via }) => ({
      because: `no link that is up has an address in the subnet of ${via}, so it cannot be reached`,
    }),
    EPERM: notPrivileged('CAP_NET_ADMIN', 'the owner of this network namespace'),
  },
})
// #endregion call
