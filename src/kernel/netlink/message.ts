/**
 * The two layers every netlink message is made of, as netlink(7) and <linux/netlink.h> have them. All numbers are in
 * the machine's own byte order, which on every machine Node runs on with Linux and few exceptions is little-endian.
 *
 * ```
 *  0          4       6        8        12      16
 *  │ length   │ type  │ flags  │ number │ port  │ body …            nlmsghdr
 *
 *  0        2       4
 *  │ length │ type  │ payload … (padded to 4 bytes)                 nlattr
 * ```
 */

export const flags = {
  request: 0x1,
  /** Answer with a verdict, also when all went well. */
  ack: 0x4,
  /** Answer with everything there is. */
  dump: 0x300,
  replace: 0x100,
  /** Fail with EEXIST where there is one. */
  exclusive: 0x200,
  create: 0x400,
} as const

/** Verdict and end of a dump: the types that are no message of the protocol. */
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
/** The verdict carries the kernel's own sentence, behind at least the request's header. */
const NLM_F_CAPPED = 0x100
const NLM_F_ACK_TLVS = 0x200
const NLMSGERR_ATTR_MSG = 1

const headerSize = 16
const padded = (length: number) => (length + 3) & ~3

export function u8(value: number): Buffer {
  return Buffer.from([value])
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** A name: with the zero that ends it. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`)
}

/** One attribute. Several, or a structure before them, are a payload too. */
export function attribute(type: number, ...payload: Uint8Array[]): Buffer {
  const body = Buffer.concat(payload)
  const bytes = Buffer.alloc(padded(4 + body.length))
  bytes.writeUInt16LE(4 + body.length, 0)
  bytes.writeUInt16LE(type, 2)
  body.copy(bytes, 4)
  return bytes
}

/** One whole message. */
export function message(type: number, messageFlags: number, ...body: Uint8Array[]): Buffer {
  const rest = Buffer.concat(body)
  const header = Buffer.alloc(headerSize)
  header.writeUInt32LE(headerSize + rest.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt16LE(flags.request | messageFlags, 6)
  return Buffer.concat([header, rest])
}

/** The attributes of a payload, by their type. A type's two highest bits say how it is packed, not what it is. */
export function attributesIn(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < 4) break
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length))
    at += padded(length)
  }
  return found
}

/** The kernel's answer: what it told, and its verdict: 0 or a positive errno, with its own sentence where it has one. */
export interface Answer {
  messages: { type: number; body: Buffer }[]
  errno: number
  sentence?: string
}

export function answerIn(bytes: Buffer): Answer {
  const answer: Answer = { messages: [], errno: 0 }
  for (let at = 0; at + headerSize <= bytes.length; ) {
    const length = bytes.readUInt32LE(at)
    if (length < headerSize) break
    const type = bytes.readUInt16LE(at + 4)
    const body = bytes.subarray(at + headerSize, at + length)
    if (type === NLMSG_ERROR) {
      answer.errno = -body.readInt32LE(0)
      answer.sentence = sentenceIn(body, bytes.readUInt16LE(at + 6))
    } else if (type === NLMSG_DONE) {
      if (body.length >= 4) answer.errno = -body.readInt32LE(0)
    } else {
      answer.messages.push({ type, body })
    }
    at += padded(length)
  }
  return answer
}

function sentenceIn(verdict: Buffer, verdictFlags: number): string | undefined {
  if (!(verdictFlags & NLM_F_ACK_TLVS)) return undefined
  // errno, then the request: all of it, or its header alone.
  const request = verdictFlags & NLM_F_CAPPED ? headerSize : verdict.readUInt32LE(4)
  const said = attributesIn(verdict.subarray(4 + padded(request))).get(NLMSGERR_ATTR_MSG)
  return said && textIn(said)
}

/** A name that the kernel gave, without the zero that ends it. */
export function textIn(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end)
}
