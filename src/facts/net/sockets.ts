import { closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { KernelError } from '../../kernel/error.ts'
import { openNetlink, openNetlinkIn } from '../../kernel/netlink/index.ts'
import { throughOwner } from '../owner.ts'
import { requireProcess } from '../processes.ts'
import { readStat } from '../read.ts'
import type { View } from '../view.ts'

/**
 * Asks on a netlink socket of a process's network namespace. The socket is closed again at once: as long as one is
 * open, its namespace does not end, nor do the cables in it.
 *
 * @throws KernelError when the process is gone, or its namespace may not be entered
 */
export async function onSocketOf<T>(view: View, pid: number, read: (socket: number) => T): Promise<T> {
  const space = openSpace(view, pid)
  if (space === undefined) throw outOfSight(view, pid)
  try {
    const socket = openOurselves(space) ?? (await openAsTheirRoot(space))
    if (socket === undefined) throw outOfSight(view, pid)
    try {
      return read(socket)
    } finally {
      closeSync(socket)
    }
  } finally {
    closeSync(space)
  }
}

/** A descriptor of a process's network namespace; undefined when it is gone or may not be looked at. */
export function openSpace(view: View, pid: number): number | undefined {
  try {
    return openSync(linkOf(view, pid), 'r')
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** A socket with our own rights: of our own namespace, and as root of any. Undefined where they are not enough. */
export function openOurselves(space: number): number | undefined {
  const [theirs, ours] = [fstatSync(space), statSync('/proc/self/ns/net')]
  if (theirs.ino === ours.ino && theirs.dev === ours.dev) return openNetlink()
  try {
    return openNetlink(space)
  } catch (error) {
    if (errnoOf(error) !== EPERM) throw error
    return undefined
  }
}

/**
 * A socket through the user namespace that owns the space: its owner has all power there, and over all below. Undefined
 * for whoever is not its owner.
 */
export async function openAsTheirRoot(space: number): Promise<number | undefined> {
  try {
    const [socket] = (await throughOwner(space, (owner) => openNetlinkIn(owner, [space]))) ?? []
    return socket
  } catch (error) {
    if (!(error instanceof KernelError) && !isGone(error)) throw error
    return undefined
  }
}

export function linkOf(view: View, pid: number): string {
  return `${view.proc}/${pid}/ns/net`
}

function outOfSight(view: View, pid: number): KernelError {
  const { name, state } = requireProcess(view, pid)
  const readable = readStat(linkOf(view, pid)) !== undefined
  if (state === 'Z')
    return new KernelError({
      piece: 'facts',
      call: `open("${linkOf(view, pid)}")`,
      errno: 2,
      because: `${name} (${pid}) has ended and waits to be reaped: a zombie is in no network namespace`,
    })
  return new KernelError({
    piece: 'facts',
    call: readable ? `setns("${linkOf(view, pid)}", net)` : `readlink("${linkOf(view, pid)}")`,
    errno: readable ? 1 : 13,
    because: readable
      ? 'only who has CAP_SYS_ADMIN over the user namespace that owns a network namespace may enter it'
      : `${name} (${pid}) is another user's, or has rights that you have not`,
    remedy: 'ask as root: sudo cooper …',
    learn: 'cooper learn net',
  })
}

const EPERM = 1
/** ENOENT, ESRCH, EACCES: gone, or another's. */
const gone = [2, 3, 13]

/** Node's errors have it negative, those of the addon not. */
function errnoOf(error: unknown): number {
  return error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0
}

function isGone(error: unknown): boolean {
  return gone.includes(errnoOf(error))
}
