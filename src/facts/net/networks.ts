import { closeSync, fstatSync, statSync } from 'node:fs'
import { KernelError, native } from '../../kernel/index.ts'
import { openNetlinkIn } from '../../kernel/netlink/index.ts'
import type { Mount } from '../mounts.ts'
import { groupByNamespace, type Namespaces, namespaceKey } from '../namespaces.ts'
import type { View } from '../view.ts'
import { holdersOf, type Listener, waitingSockets, withHolders } from './listeners.ts'
import { type NetFacts, readNet } from './net.ts'
import { openAsTheirRoot, openOurselves, openSpace } from './sockets.ts'
import { type Trace, traceOf } from './trace.ts'

/** A network namespace at one moment. */
export interface Network extends NetFacts {
  inode: number
  listeners: Listener[]
  trace: Trace
}

interface Member {
  pid: number
  namespaces: Namespaces
}

/** A namespace, opened, and who led us there. */
interface Door {
  key: string
  inode: number
  space: number
  pid: number
  /** Whether that process is in it: else it only sees where the namespace is mounted. */
  inhabited: boolean
}

/**
 * What is in each network namespace that a view shows, by `namespaceKey`: those that processes are in, and those that
 * only a mount keeps, as `ip netns` does. As root a fraction of a millisecond for each; else one child goes to all.
 * Left out: what may not be entered.
 *
 * @param trees the mounts of each mount namespace, by its key
 * @param earlier what was read before: namespaces in which nothing left a trace since are not asked again
 */
export async function networks(
  view: View,
  members: Member[],
  trees: Record<string, Mount[]>,
  earlier: Record<string, Network> = {},
): Promise<Record<string, Network>> {
  // The view's own first, then in the order in which they were peopled: so they are told.
  const peopled = [...inhabited(view, members)].sort((a, b) => a.pid - b.pid)
  const doors = [...peopled, ...mounted(view, members, trees)]
  try {
    const holders = holdersOf(view)
    // The trace first: what happens while we read is then seen the next time.
    const traces = doors.map(({ pid, inhabited }) =>
      inhabited ? traceOf(view, pid, holders) : { sockets: '' },
    )
    const known = doors.map(({ key }, nth) => {
      const was = earlier[key]
      return was?.trace.links !== undefined && was.trace.links === traces[nth]?.links ? was : undefined
    })
    const facts = await readAll(
      view,
      doors.filter((_, nth) => !known[nth]),
    )
    return Object.fromEntries(
      doors.flatMap((door, nth) => {
        const { key, inode, pid } = door
        const [found, trace] = [known[nth] ?? facts.get(door), traces[nth]]
        if (!found || !trace) return []
        const same = earlier[key]?.trace.sockets === trace.sockets
        const waiting = door.inhabited && !same ? withHolders(waitingSockets(view, pid), holders) : []
        const listeners = same ? earlier[key]!.listeners : waiting
        return [
          [
            key,
            { inode, links: found.links, addresses: found.addresses, routes: found.routes, listeners, trace },
          ],
        ]
      }),
    )
  } finally {
    for (const { space } of doors) closeSync(space)
  }
}

async function readAll(view: View, doors: Door[]): Promise<Map<Door, NetFacts>> {
  const sockets: (number | undefined)[] = []
  try {
    for (const { space } of doors) sockets.push(openOurselves(space))
    await openTheRest(view, doors, sockets)
    return new Map(
      doors.flatMap((door, nth) => {
        const socket = sockets[nth]
        return socket === undefined ? [] : [[door, readNet(socket)]]
      }),
    )
  } finally {
    for (const socket of sockets) if (socket !== undefined) closeSync(socket)
  }
}

function* inhabited(view: View, members: Member[]): Generator<Door> {
  for (const { ref, pids } of groupByNamespace(members)) {
    if (ref.kind !== 'net') continue
    for (const pid of pids) {
      const space = openSpace(view, pid)
      if (space === undefined) continue
      yield { key: namespaceKey(ref), inode: ref.inode, space, pid, inhabited: true }
      break
    }
  }
}

/** `ip netns add` binds a namespace to a file and leaves: no process is in it. */
function* mounted(view: View, members: Member[], trees: Record<string, Mount[]>): Generator<Door> {
  // All namespaces of a kernel are files of one file system.
  const device = statSync('/proc/self/ns/net').dev
  const met = new Set(members.map(({ namespaces }) => namespaces.net?.inode))
  for (const { ref, pids } of groupByNamespace(members)) {
    if (ref.kind !== 'mnt') continue
    for (const { type, root, at } of trees[namespaceKey(ref)] ?? []) {
      const inode = Number(type === 'nsfs' && /^net:\[(\d+)\]$/.exec(root)?.[1])
      if (!inode || met.has(inode)) continue
      for (const pid of pids) {
        const space = openMounted(view, pid, at)
        if (space === undefined) continue
        const found = fstatSync(space)
        // A chroot, or another mount on top, hides it: then this is something else.
        if (found.ino !== inode || found.dev !== device) {
          closeSync(space)
          continue
        }
        met.add(inode)
        yield { key: namespaceKey({ kind: 'net', device, inode }), inode, space, pid, inhabited: false }
        break
      }
    }
  }
}

function openMounted(view: View, pid: number, at: string): number | undefined {
  try {
    // As that process would find it: a link on the way must not lead to files of ours.
    return native().openInRoot(`${view.proc}/${pid}/root`, at)
  } catch {
    return undefined
  }
}

/** Process 1 of a view stands above all others in it, so that one child gets in everywhere; else, one by one. */
async function openTheRest(view: View, doors: Door[], sockets: (number | undefined)[]): Promise<void> {
  const shut = doors.flatMap((door, nth) => (sockets[nth] === undefined ? [{ door, nth }] : []))
  if (shut.length === 0) return
  try {
    const opened = await openNetlinkIn(
      `${view.proc}/1/ns/user`,
      shut.map(({ door }) => door.space),
    )
    for (const [n, { nth }] of shut.entries()) sockets[nth] = opened[n]
  } catch (error) {
    if (!(error instanceof KernelError) && !(error instanceof Error && 'code' in error)) throw error
    for (const { door, nth } of shut) sockets[nth] = await openAsTheirRoot(door.space)
  }
}
