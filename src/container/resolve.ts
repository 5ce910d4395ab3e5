import { randomBytes } from 'node:crypto'
import { KernelError } from '../kernel/index.ts'
import type { Box, IdMap, Ids } from './box.ts'
import type { Piece } from './piece.ts'
import { pieceNamed, pieces } from './pieces.ts'

/** What somebody asked for; everything else is decided here. */
export interface Wish {
  argv: string[]
  only?: string[]
  without?: string[]
  hostname?: string
  env?: Record<string, string>
  root?: string
  cwd?: string
  terminal?: Box['terminal']
  init?: boolean
}

/** What there is to decide by. `facts/ids` reads it; tests hand in their own. */
export interface Who {
  uid: number
  gid: number
  /** May make namespaces without a user namespace of their own: CAP_SYS_ADMIN is effective. */
  privileged: boolean
  /** The ids that exist for us: /proc/self/uid_map, /proc/self/gid_map. */
  uidMap: IdMap[]
  gidMap: IdMap[]
}

/** A name that is not a piece: says which is nearest, and which there are. */
export class UnknownPiece extends Error {
  readonly piece: string

  constructor(piece: string) {
    super(
      `there is no piece ${JSON.stringify(piece)}; there are ${pieces.map(({ name }) => name).join(', ')}`,
    )
    this.name = 'UnknownPiece'
    this.piece = piece
  }
}

function named(names: string[]): Piece[] {
  return names.map((name) => {
    const piece = pieceNamed(name)
    if (!piece) throw new UnknownPiece(name)
    return piece
  })
}

/**
 * Decides every value of a container. Like docker, all pieces there are but `user`; without privileges `user` is
 * added, because it is the key to all the others, and `notes` says so.
 */
export function resolve(wish: Wish, who: Who): { box: Box; pieces: Piece[]; notes: string[] } {
  const notes: string[] = []
  const without = named(wish.without ?? [])
  const asked = wish.only ? named(wish.only) : pieces.filter(({ name }) => name !== 'user')
  let chosen = pieces.filter((piece) => asked.includes(piece) && !without.includes(piece))
  const userPiece = pieceNamed('user')!
  if (!who.privileged && chosen.length > 0 && !chosen.includes(userPiece)) {
    if (without.includes(userPiece))
      throw new KernelError({
        piece: 'run',
        call: 'clone without CLONE_NEWUSER',
        errno: 1,
        because: 'without root, the user namespace is what makes the other namespaces possible',
        remedy: 'leave out --without user, or run as root',
      })
    chosen = pieces.filter((piece) => chosen.includes(piece) || piece === userPiece)
    notes.push('not root: with a user namespace as well, which is what makes the others possible')
  }
  const has = (name: string) => chosen.some((piece) => piece.name === name)
  const id = randomBytes(6).toString('hex')
  const hostname = has('uts') ? (wish.hostname ?? id) : undefined
  if (hostname !== undefined && (Buffer.byteLength(hostname) > 64 || hostname === ''))
    throw new KernelError({
      piece: 'uts',
      call: `sethostname(${JSON.stringify(hostname)}, ${Buffer.byteLength(hostname)})`,
      errno: 22,
      because: `a host name has 1 to 64 bytes, and this one has ${Buffer.byteLength(hostname)}`,
    })
  const box: Box = {
    id,
    argv: wish.argv,
    env: wish.env ?? {},
    cwd: wish.cwd,
    namespaces: chosen.flatMap(({ namespace }) => (namespace ? [namespace] : [])),
    root: wish.root ?? '/',
    hostname,
    ids: has('user') ? idsFor(who) : undefined,
    terminal: wish.terminal,
    init: wish.init,
  }
  return { box, pieces: chosen, notes }
}

/** Above what systemd-nspawn and common subordinate ranges take (uids(5) tables of systemd), below 2³¹. */
const unusedIds = 0x7000_0000
const rangeLength = 0x1_0000

/**
 * Which ids a user namespace gets. Root of the machine gives it a range nobody uses, so that root inside is nobody
 * outside. Whoever has fewer ids can give what they have: their own.
 */
export function idsFor({ uid, gid, privileged, uidMap, gidMap }: Who, slot = process.pid % 4000): Ids {
  const outside = unusedIds + slot * rangeLength
  const holds = (map: IdMap[]) =>
    map.some((range) => range.inside <= outside && outside + rangeLength <= range.inside + range.count)
  if (privileged && holds(uidMap) && holds(gidMap)) {
    const range = [{ inside: 0, outside, count: rangeLength }]
    return { uid: range, gid: range, denySetgroups: false }
  }
  return {
    uid: [{ inside: 0, outside: uid, count: 1 }],
    gid: [{ inside: 0, outside: gid, count: 1 }],
    denySetgroups: true,
  }
}
