import { readdirSync } from 'node:fs'
import { addressText } from '../../kernel/netlink/index.ts'
import { readLink, readPids, readText } from '../read.ts'
import type { View } from '../view.ts'

/** A socket that waits for whoever comes. */
export interface Listener {
  protocol: 'tcp' | 'udp'
  family: 4 | 6
  /** `0.0.0.0` and `::` are all addresses of the namespace. */
  address: string
  port: number
  /** Its owner, in the numbers of the *reader's* user namespace. */
  uid: number
  /** The socket's number: what `/proc/PID/fd` names, `socket:[123]`. */
  inode: number
  /** The processes of the view that hold it, as far as they may be read. */
  pids: number[]
}

const files = ['tcp', 'tcp6', 'udp', 'udp6'] as const
/** TCP_LISTEN and, for a udp socket that is not connected, TCP_CLOSE: <net/tcp_states.h>. */
const waiting = { tcp: '0A', udp: '07' }

/**
 * The sockets that listen in a process's network namespace: `/proc/PID/net` (`man 5 proc_pid_net`), which anybody may
 * read. Empty when the process is gone. Some milliseconds.
 */
export function listeners(view: View, pid: number): Listener[] {
  const found = waitingSockets(view, pid)
  return found.length ? withHolders(found, holdersOf(view)) : []
}

/** A listener, before anybody asked whose it is. */
export type WaitingSocket = Omit<Listener, 'pids'>

export function waitingSockets(view: View, pid: number): WaitingSocket[] {
  const counts = socketCounts(view, pid)
  return files.flatMap((file) => {
    // To print one namespace's the kernel walks the table of all, some milliseconds on a large machine: not for nothing.
    if (new RegExp(`^${file}: inuse 0\\b`, 'im').test(counts)) return []
    return parseSockets(readText(`${view.proc}/${pid}/net/${file}`) ?? '', file)
  })
}

/** `TCP: inuse 2 …`, a line for each protocol: how many sockets of the namespace are in use, listening ones included. */
export function socketCounts(view: View, pid: number): string {
  return ['sockstat', 'sockstat6'].map((file) => readText(`${view.proc}/${pid}/net/${file}`) ?? '').join('')
}

export function parseSockets(text: string, file: (typeof files)[number]): WaitingSocket[] {
  const protocol = file.startsWith('tcp') ? 'tcp' : 'udp'
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , uid, , inode] = line.trim().split(/\s+/)
      const [address = '', port = ''] = local.split(':')
      if (state !== waiting[protocol]) return []
      return {
        protocol,
        family: file.endsWith('6') ? 6 : 4,
        address: addressText(inNetworkOrder(address)),
        port: Number.parseInt(port, 16),
        uid: Number(uid),
        inode: Number(inode),
      }
    })
}

/** The kernel prints words of four bytes, each as a number of the machine's: backwards. */
function inNetworkOrder(hex: string): Buffer {
  return Buffer.from(hex, 'hex').swap32()
}

/** Who holds which socket, by its number: every descriptor of every process is looked at. */
export function holdersOf(view: View): Map<number, number[]> {
  const holders = new Map<number, number[]>()
  for (const pid of readPids(view))
    for (const inode of new Set(socketsOf(`${view.proc}/${pid}/fd`)))
      holders.set(inode, [...(holders.get(inode) ?? []), pid])
  return holders
}

export function withHolders(sockets: WaitingSocket[], holders: Map<number, number[]>): Listener[] {
  return sockets.map((one) => ({ ...one, pids: holders.get(one.inode) ?? [] }))
}

function socketsOf(directory: string): number[] {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch {
    // Gone, or not ours to look at.
    return []
  }
  return names.flatMap((name) =>
    Number(/^socket:\[(\d+)\]$/.exec(readLink(`${directory}/${name}`) ?? '')?.[1] ?? []),
  )
}
