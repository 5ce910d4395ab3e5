import type { Namespace } from '../kernel/index.ts'

/** One line of an id map, as in user_namespaces(7): `inside` to `inside + count` are `outside` … in the parent. */
export interface IdMap {
  inside: number
  outside: number
  count: number
}

export interface Ids {
  uid: IdMap[]
  gid: IdMap[]
  /** Whether setgroups(2) is denied inside: the kernel asks for it before an unprivileged user may write gid_map. */
  denySetgroups: boolean
}

/** A container with every value known. Pieces read it, and never each other. */
export interface Box {
  /** Twelve hexadecimal digits. */
  id: string
  argv: string[]
  env: Record<string, string>
  /** Absent: stay where we are. */
  cwd?: string
  /** The namespaces that are its own; the others are shared with whoever makes it. */
  namespaces: Namespace[]
  /** The directory that becomes its `/`. `/` itself: the root stays. */
  root: string
  hostname?: string
  domainname?: string
  /** With a user namespace of its own. */
  ids?: Ids
  /** A terminal from its own devpts. */
  terminal?: { rows: number; columns: number }
  /** Run cooper-init as process 1. */
  init?: boolean
}
