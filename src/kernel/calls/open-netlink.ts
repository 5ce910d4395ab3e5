import { verb } from './verb.ts'

/**
 * A netlink(7) socket of the network namespace that the child stands in, handed up to its parent, which may not enter
 * there: a socket stays with the namespace it was made in.
 */
export type OpenNetlinkArgs = Record<string, never>

// #region call
export const openNetlink = verb<OpenNetlinkArgs>({
  encode: () => ['openNetlink'],
  say: () => 'socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)',
  shell: () => '# a socket has no spelling in a shell: ip(8) opens one each time',
})
// #endregion call
