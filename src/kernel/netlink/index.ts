export { addressBytes, addressText, families } from './address.ts'
export { attributesIn, textIn } from './message.ts'
export { dump, IFA, IFF_UP, IFLA, NETNSA, namespaceId, type Request, RTA, RTM } from './route.ts'
export { ask, NetlinkError, openNetlink, send } from './socket.ts'
