import { closeSync } from 'node:fs'
import { KernelError } from '../../kernel/error.ts'
import { ask, attributesIn, NETNSA, namespaceId } from '../../kernel/netlink/index.ts'
import { allNamespaces, namespaceKey, namespaces } from '../namespaces.ts'
import type { View } from '../view.ts'
import type { Link } from './links.ts'
import { type NetFacts, net, readNet } from './net.ts'
import { onSocketOf, openSpace } from './sockets.ts'

/** A veth pair, seen from one of its ends. */
export interface Cable {
  inside: Link
  /**
   * The other end; `netns` is where it lies, absent: in the same namespace. No `outside` at all: it lies where the view
   * shows no process, or where we may not look.
   */
  outside?: Link & { netns?: { inode: number; pids: number[] } }
  /** What the other end is plugged into. */
  bridge?: Link
}

interface Space {
  inode: number
  pids: number[]
}

/**
 * Each veth of a process's network namespace with its other end. The namespace has its own number for each that a cable
 * of it leads to; which one that is the kernel says when it is shown the namespace: RTM_GETNSID.
 *
 * @throws KernelError when the process is gone, or its namespace may not be entered
 */
export async function cables(view: View, pid: number): Promise<Cable[]> {
  const { facts, spaces } = await onSocketOf(view, pid, (socket) => {
    const here = readNet(socket)
    const away = here.links.some(({ peer }) => peer?.nsid !== undefined)
    return { facts: here, spaces: away ? numbered(view, pid, socket) : new Map<number, Space>() }
  })
  const known = new Map<Space, NetFacts | undefined>()
  const found: Cable[] = []
  for (const inside of facts.links) {
    if (!inside.peer) continue
    const { index, nsid } = inside.peer
    const netns = nsid === undefined ? undefined : spaces.get(nsid)
    if (netns && !known.has(netns)) known.set(netns, await netOfOne(view, netns.pids))
    const { links = [] } = (nsid === undefined ? facts : netns && known.get(netns)) ?? {}
    const end = links.find((link) => link.index === index)
    const bridge = end?.master ? links.find((link) => link.index === end.master) : undefined
    found.push({
      inside,
      ...(end && { outside: { ...end, ...(netns && { netns }) } }),
      ...(bridge && { bridge }),
    })
  }
  return found
}

/** The namespaces that the view shows, by the numbers that the socket's namespace has for them. */
function numbered(view: View, pid: number, socket: number): Map<number, Space> {
  const own = namespaces(view, pid).net
  const found = new Map<number, Space>()
  for (const { ref, pids } of allNamespaces(view)) {
    if (ref.kind !== 'net' || (own && namespaceKey(ref) === namespaceKey(own))) continue
    const nsid = numberOf(view, pids, socket)
    if (nsid !== undefined && nsid >= 0) found.set(nsid, { inode: ref.inode, pids })
  }
  return found
}

function numberOf(view: View, pids: number[], socket: number): number | undefined {
  // When one is gone, or not ours to look at, another may stand for the same namespace.
  for (const pid of pids) {
    const space = openSpace(view, pid)
    if (space === undefined) continue
    try {
      // struct rtgenmsg: the family, padded.
      const [answer] = ask(socket, namespaceId(space))
      return answer && attributesIn(answer.body.subarray(4)).get(NETNSA.id)?.readInt32LE()
    } finally {
      closeSync(space)
    }
  }
  return undefined
}

async function netOfOne(view: View, pids: number[]): Promise<NetFacts | undefined> {
  for (const pid of pids) {
    try {
      return await net(view, pid)
    } catch (error) {
      if (!(error instanceof KernelError)) throw error
    }
  }
  return undefined
}
