import { KernelError } from '../kernel/index.ts'
import type { Box } from './box.ts'
import { cgroupWish, deviceIn, type LimitFlags, limitAsked } from './cgroup/index.ts'
import { idsFor, ownsAllIds, type Who } from './ids.ts'
import { masksHere } from './masks.ts'
import { type NetworkWish, networkWish, sharedNetwork } from './net/network-wish.ts'
import { ownFiles } from './overlay/own-files.ts'
import { asksForLayers, holdUpper } from './overlay/wish.ts'
import type { Piece } from './piece.ts'
import { pieceNamed, pieces } from './pieces.ts'
import { isThere, type RootWish, rootWish } from './root-wish.ts'
import { runAs } from './run-as.ts'
import { tty } from './tty.ts'
import { userWish } from './user-wish.ts'
import { pathBelow, volumeWish } from './volume-wish.ts'
import { workdir } from './workdir.ts'

/** What somebody asked for; everything else is decided here. */
export interface Wish extends NetworkWish, LimitFlags, RootWish {
  argv: string[]
  only?: string[]
  without?: string[]
  hostname?: string
  env?: Record<string, string>
  readOnly?: boolean
  /** As `-v` has them. */
  volumes?: string[]
  /** As `--user` has it. */
  user?: string
  cwd?: string
  terminal?: Box['terminal']
  init?: boolean
}

/** A name that is not a piece. */
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

function named(names: string[] = []): Piece[] {
  return names.map((name) => {
    const piece = pieceNamed(name)
    if (!piece) throw new UnknownPiece(name)
    return piece
  })
}

/**
 * Which pieces: like docker, all there are but `user`; without privileges `user` is added, because it is the key to
 * all the others, and `notes` says so.
 */
function choose({ only, without }: Wish, { privileged }: Who): { chosen: Piece[]; notes: string[] } {
  const left = named(without)
  const asked = only ? named(only) : pieces.filter(({ name }) => name !== 'user')
  const chosen = pieces.filter((piece) => asked.includes(piece) && !left.includes(piece))
  const user = pieceNamed('user')!
  if (chosen.length === 0) return { chosen, notes: ['no piece is left: this runs on the machine itself'] }
  if (privileged || chosen.includes(user)) return { chosen, notes: [] }
  if (left.includes(user))
    throw new KernelError({
      piece: 'run',
      call: 'clone without CLONE_NEWUSER',
      errno: 1,
      because: 'without root, the user namespace is what makes the other namespaces possible',
      remedy: 'leave out --without user, or run as root',
      learn: 'cooper learn user',
    })
  return {
    chosen: pieces.filter((piece) => chosen.includes(piece) || piece === user),
    notes: ['not root: with a user namespace as well, which is what makes the others possible'],
  }
}

/** Decides every value of a container, and refuses what cannot be before anything is made. */
export function resolve(wish: Wish, who: Who): { box: Box; pieces: Piece[]; notes: string[] } {
  const { chosen: asked, notes: said } = choose(wish, who)
  const shared = asked.some(({ name }) => name === 'net') ? sharedNetwork(wish, who) : undefined
  // A namespace that is entered is not made.
  const entered = shared?.join?.namespaces ?? []
  const chosen = asked.filter(
    ({ name, namespace }) => !(shared && name === 'net') && !(namespace && entered.includes(namespace)),
  )
  const notes = entered.includes('user') ? [] : said
  const has = (name: string) => chosen.some((piece) => piece.name === name)
  refuseLonely(wish, has, shared !== undefined)
  const volumes = wish.volumes?.map(volumeWish) ?? []
  // No secret, only a name that no other has; to load node:crypto for it takes as long as a whole container.
  const id = Math.floor(Math.random() * 2 ** 48)
    .toString(16)
    .padStart(12, '0')
  const ids = has('user') ? idsFor(who) : undefined
  // Trusted notes on files are for the first user namespace alone.
  const userxattr = ids !== undefined || entered.includes('user') || !ownsAllIds(who)
  const from = rootWish(wish, { id, ids, userxattr, volumes, has: has('mnt') })
  const { root, place, layers } = from
  const as = wish.user === undefined ? undefined : userWish(wish.user, from.files, ids)
  const hostname = has('uts') ? hostnameOf(wish, id) : undefined
  const limited = has('cgroup') ? cgroupWish(wish, id, who) : undefined
  const own = has('net') ? networkWish(wish, id, who) : undefined
  const box: Box = {
    id,
    argv: wish.argv,
    env: {
      ...(as && { HOME: as.home }),
      ...(hostname && root !== '/' && { HOSTNAME: hostname }),
      ...wish.env,
    },
    cwd: wish.cwd,
    namespaces: chosen.flatMap(({ namespace }) => (namespace ? [namespace] : [])),
    root,
    readOnly: wish.readOnly,
    parts: from.parts,
    lacks: from.lacks,
    volumes: root === '/' ? volumes : volumes.map((one) => ({ ...one, root: pathBelow(one.from, place) })),
    devices: wish.device?.map(deviceIn),
    masks: has('mnt') ? masksHere() : undefined,
    mqueue: has('mnt') && !has('ipc') && isThere('/dev/mqueue'),
    hostname,
    ids,
    cgroup: limited?.cgroup,
    user: as?.user,
    terminal: wish.terminal,
    init: wish.init,
    join: shared?.join,
    ...own?.values,
  }
  if (layers)
    Object.assign(box, { layers: { ...layers, files: ownFiles(box) }, held: holdUpper(layers, box.held) })
  const small = [as && runAs, wish.cwd !== undefined && workdir, wish.terminal && tty]
  return {
    box,
    pieces: [...chosen, ...small.filter((piece) => typeof piece === 'object')],
    notes: [...notes, ...(limited?.notes ?? []), ...from.notes, ...(own?.notes ?? [])],
  }
}

/** A wish that only one piece can fulfil, without that piece. */
function refuseLonely(wish: Wish, has: (piece: string) => boolean, shared: boolean): void {
  const needs: [piece: string, flag: string, asked: boolean][] = [
    ['uts', '--hostname', wish.hostname !== undefined],
    ['mnt', '--volume', (wish.volumes?.length ?? 0) > 0],
    ['mnt', '--read-only', wish.readOnly === true],
    ['mnt', '--device', (wish.device?.length ?? 0) > 0],
    ['cgroup', `--${limitAsked(wish)}`, limitAsked(wish) !== undefined],
    ['net', '--publish', (wish.publish?.length ?? 0) > 0],
    ['net', '--network', wish.network !== undefined && !shared],
    ['mnt', '--lower or --upper', asksForLayers(wish)],
    ['mnt', '--rootfs', wish.root !== undefined && wish.root !== '/'],
  ]
  const lonely = needs.find(([piece, , asked]) => asked && !has(piece))
  if (!lonely) return
  const [piece, flag] = lonely
  throw new KernelError({
    piece: 'run',
    call: `${flag} without the piece ${piece}`,
    errno: 0,
    because: `${flag} is what the piece ${piece} does, and it is not among the pieces of this container`,
    remedy: `add ${piece} to --only, or leave out ${flag}`,
    learn: `cooper learn ${piece}`,
  })
}

function hostnameOf({ hostname }: Wish, id: string): string {
  if (hostname === undefined) return id
  const length = Buffer.byteLength(hostname)
  if (length >= 1 && length <= 64) return hostname
  throw new KernelError({
    piece: 'uts',
    call: `sethostname(${JSON.stringify(hostname)}, ${length})`,
    errno: 22,
    because: `a host name has 1 to 64 bytes, and this one has ${length}`,
    learn: 'cooper learn uts, "Break it"',
  })
}
