import { closeSync } from 'node:fs'
import { ask, dump, openNetlink, RTM } from '../../kernel/netlink/index.ts'
import type { View } from '../view.ts'
import { type Address, addressIn } from './addresses.ts'
import { type Link, linkIn } from './links.ts'
import { type Route, routeIn } from './routes.ts'
import { onSocketOf } from './sockets.ts'

/** What is in one network namespace. */
export interface NetFacts {
  links: Link[]
  addresses: Address[]
  /** The main table's: what the kernel keeps for its own addresses (the local table) is left out. */
  routes: Route[]
}

/** Those of our own namespace. */
export function netHere(): NetFacts {
  const socket = openNetlink()
  try {
    return readNet(socket)
  } finally {
    closeSync(socket)
  }
}

/**
 * Those of a process's namespace. As root this takes less than a millisecond; else a child goes there, some
 * milliseconds.
 *
 * @throws KernelError when the process is gone, or its namespace may not be entered
 */
export function net(view: View, pid: number): Promise<NetFacts> {
  return onSocketOf(view, pid, readNet)
}

/** Everything a netlink socket tells about its namespace. */
export function readNet(socket: number): NetFacts {
  return {
    links: told(socket, RTM.getLink, RTM.newLink).map(linkIn),
    addresses: told(socket, RTM.getAddress, RTM.newAddress).map(addressIn),
    routes: told(socket, RTM.getRoute, RTM.newRoute).flatMap((body) => routeIn(body) ?? []),
  }
}

function told(socket: number, question: number, answer: number): Buffer[] {
  return ask(socket, dump(question)).flatMap(({ type, body }) => (type === answer ? [body] : []))
}
