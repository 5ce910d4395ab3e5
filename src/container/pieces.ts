import { cgroup } from './cgroup.ts'
import { ipc } from './ipc.ts'
import { mnt } from './mnt.ts'
import { net } from './net.ts'
import { pid } from './pid.ts'
import type { Piece } from './piece.ts'
import { user } from './user.ts'
import { uts } from './uts.ts'

/** Every piece there is, in the order of the lessons. A new piece is a new file and a line here. */
export const pieces: readonly Piece[] = [pid, mnt, net, uts, ipc, user, cgroup]

export function pieceNamed(name: string): Piece | undefined {
  return pieces.find((piece) => piece.name === name)
}
