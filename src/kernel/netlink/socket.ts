import { closeSync } from 'node:fs'
import { errnoText } from '../error.ts'
import { native } from '../native.ts'
import { type Answer, answerIn, attributesIn, textIn } from './message.ts'
import { dump, IFLA, type Request, RTM } from './route.ts'

const NETLINK_ROUTE = 0

/** What the kernel refused, with its own sentence: `errno` as Node's errors have it. */
export class NetlinkError extends Error {
  readonly errno: number
  readonly sentence: string | undefined

  constructor(errno: number, sentence?: string) {
    super(sentence ?? errnoText(errno))
    this.sentence = sentence
    this.name = 'NetlinkError'
    this.errno = errno
  }
}

/** A netlink socket of the namespace behind the descriptor `space`; without one, of ours. The caller closes it. */
export function openNetlink(space = -1): number {
  return native().netlinkOpen(NETLINK_ROUTE, space)
}

/** Asks on a socket. @throws NetlinkError with the kernel's verdict. */
export function ask(socket: number, request: Uint8Array): Answer['messages'] {
  const { messages, errno, sentence } = answerIn(Buffer.from(native().netlinkAsk(socket, request)))
  if (errno) throw new NetlinkError(errno, sentence)
  return messages
}

/** Sends a request about our own namespace, with the numbers of the links it names and of the child put in. */
export function send({ bytes, links, child }: Request, pid = 0): void {
  const socket = openNetlink()
  try {
    const whole = Buffer.from(bytes)
    for (const { name, at } of links) whole.writeUInt32LE(indexOf(socket, name), at)
    if (child !== undefined) whole.writeUInt32LE(pid, child)
    ask(socket, whole)
  } finally {
    closeSync(socket)
  }
}

/** The number of a link in the socket's namespace. */
function indexOf(socket: number, wanted: string): number {
  for (const { body } of ask(socket, dump(RTM.getLink))) {
    const name = attributesIn(body.subarray(16)).get(IFLA.name)
    if (name && textIn(name) === wanted) return body.readInt32LE(4)
  }
  throw new NetlinkError(19, `there is no link ${wanted}`)
}
