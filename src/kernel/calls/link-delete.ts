import { closeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { deleteLink, getLink } from '../netlink/route.ts'
import { ask, NetlinkError, openNetlink, send } from '../netlink/socket.ts'
import { quoted, verb, word } from './verb.ts'

/** RTM_DELLINK, see rtnetlink(7); of a veth pair both ends go. One that is gone already is as good. */
export interface LinkDeleteArgs {
  name: string
}

/** Milliseconds: how long the kernel is left to do it by itself. It needs about twenty. */
const patience = 60
const between = 2

// #region call
export const linkDelete = verb<LinkDeleteArgs>({
  // A cable goes with the network namespace that its other end is in, and that with its last process. RTM_DELLINK does
  // no more, but keeps whoever asks until every processor has forgotten the link: see rcu_barrier in the kernel's RCU/rcubarrier.rst.
  meanwhile: true,
  run: async ({ name }) => {
    const socket = openNetlink()
    try {
      for (let waited = 0; waited < patience; waited += between) {
        ask(socket, getLink(name))
        await pause(between)
      }
      send(deleteLink(name))
    } catch (error) {
      if (!(error instanceof NetlinkError && error.errno === 19)) throw error
    } finally {
      closeSync(socket)
    }
  },
  say: ({ name }) => `RTM_DELLINK({IFLA_IFNAME ${quoted(name)}})`,
  shell: ({ name }) => `ip link del ${word(name)}`,
})
// #endregion call
