import { deleteLink } from '../netlink/route.ts'
import { NetlinkError, send } from '../netlink/socket.ts'
import { quoted, verb, word } from './verb.ts'

/** RTM_DELLINK, see rtnetlink(7); of a veth pair both ends go. One that is gone already is as good. */
export interface LinkDeleteArgs {
  name: string
}

// #region call
export const linkDelete = verb<LinkDeleteArgs>({
  run: ({ name }) => {
    try {
      send(deleteLink(name))
    } catch (error) {
      if (!(error instanceof NetlinkError && error.errno === 19)) throw error
    }
  },
  say: ({ name }) => `RTM_DELLINK({IFLA_IFNAME ${quoted(name)}})`,
  shell: ({ name }) => `ip link del ${word(name)}`,
})
// #endregion call
