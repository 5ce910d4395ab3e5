import type { Encoded } from '../native.ts'
import { newAddress, type Request } from '../netlink/route.ts'
import { send } from '../netlink/socket.ts'
import { notPrivileged, verb, word } from './verb.ts'

/** RTM_NEWADDR, see rtnetlink(7): gives a link an address; the subnet's route comes with it. */
export interface AddressAddArgs {
  link: string
  address: string
  /** Bits of the address that name the subnet: 24. */
  prefix: number
}

/** A request as the child takes it: the message, then each link it names and the place for its number. */
export const toChild = ({ bytes, links }: Request): Encoded => [
  'netlink',
  bytes,
  ...links.flatMap(({ name, at }) => [name, at]),
]

// #region call
export const addressAdd = verb<AddressAddArgs>({
  encode: ({ link, address, prefix }) => toChild(newAddress(link, address, prefix)),
  run: ({ link, address, prefix }) => send(newAddress(link, address, prefix)),
  say: ({ link, address, prefix }) => `RTM_NEWADDR(${link}, {IFA_LOCAL ${address}/${prefix}})`,
  shell: ({ link, address, prefix }) => `ip addr replace ${address}/${prefix} dev ${word(link)}`,
  causes: {
    ENODEV: ({ link }) => ({ because: `this network namespace has no link ${link}` }),
    EPERM: notPrivileged('CAP_NET_ADMIN', 'the owner of this network namespace'),
  },
})
// #endregion call
