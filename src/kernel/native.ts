import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { projectFile } from './project.ts'

/** A call as the addon takes it: its name in native/calls.cc, then numbers, texts, bytes, or null for a null pointer. */
export type Encoded = [name: string, ...args: (EncodedPath | Uint8Array | number | null)[]]

/** A path, or one in the new root: see Argument::Base in native/plan.h. */
export type EncodedPath = string | { target: string } | { exact: string } | { entry: string }

/** What the clone and the child's first acts need. */
export interface NativeBirth {
  /** CLONE_NEW* for the first process. */
  flags: number
  shareMemory: boolean
  /** A descriptor of a cgroup v2 directory to be born in, or -1. */
  cgroup: number
  /** A descriptor to execute instead of a path, or -1. */
  program: number
  stdio: [number, number, number]
  /** Descriptors that calls name: everything else is closed first. */
  keep: number[]
}

/** What it is to do afterwards; the kernel needs longer for the namespaces than it takes to write this down. */
export interface NativeLife {
  calls: Encoded[]
  /** The first so many calls are made for the first process, while it waits, by the thread that made it. */
  beside: number
  /** The first process waits for go(). Every further one does. */
  asks: boolean
  /** The soft limit of open files that the program finds. */
  openFiles: number
  argv: string[]
  /** `NAME=value` */
  env: string[]
  /** Where the program may be, tried in order as execvp(3) does. */
  paths: string[]
}

/** What the addon tells about a child, in this order; `closed` means that exec succeeded or the child is gone. */
export type Told =
  | [what: 'born', pid: number, pidfd: number, nanoseconds: number]
  | [what: 'reports', flat: Float64Array]
  | [what: 'opened', descriptor: number]
  | [what: 'notRun', errno: number, path: number]
  | [what: 'closed']
  | [what: 'exited', code: number, signal: number]
  | [what: 'ended', ends: { pid: number; code: number; signal: number }[], cloneErrno: number]

/** What the addon knows a child by, until it told its end. */
type NativeChild = { readonly child: unique symbol }

interface Native {
  /** `live` or `hangUp` must follow. */
  spawn(birth: NativeBirth, told: (...what: Told) => void): NativeChild
  live(child: NativeChild, life: NativeLife): void
  go(child: NativeChild): void
  /** Whatever it waits for, it ends. */
  hangUp(child: NativeChild): void
  sealedCopy(path: string, name: string): number
  /** An empty file in memory, gone with its descriptor. `name` is for /proc alone. */
  memoryFile(name: string): number
  openInRoot(root: string, path: string): number
  removeEmpty(root: string, path: string): void
  lock(fd: number, alone: boolean): boolean
  openPty(): [master: number, slave: number]
  resize(terminal: number, rows: number, columns: number): void
  /** A netlink socket of the network namespace behind `space`, a descriptor of it; -1: of ours. */
  netlinkOpen(protocol: number, space: number): number
  /** Sends a request and returns all that the kernel answers, up to NLMSG_DONE or NLMSG_ERROR. */
  netlinkAsk(socket: number, request: Uint8Array): Uint8Array
  /**
   * Binds, and with tcp listens, at an address in digits; '' is all, of IPv6 and IPv4 with one socket. Port 0: one that
   * is free.
   */
  listen(address: string, port: number, protocol: 'tcp' | 'udp'): [fd: number, port: number]
  /**
   * Holds a name in the abstract namespace of unix(7): EADDRINUSE when another process of this network namespace does.
   * It is free again when the descriptor is closed, however its holder ends.
   */
  bindName(name: string): number
  /** An attribute of the file itself, not of what a link leads to; undefined: it has none, or we may not see it. */
  getXattr(path: string, name: string): string | undefined
  setXattr(path: string, name: string, value: string): void
  /** That it is not there is no error. */
  removeXattr(path: string, name: string): void
  /** A character device 0:0, which everybody may make. */
  whiteout(path: string): void
  /** Loads a program, 8 bytes an instruction, and attaches it to a group of cgroup v2: asked at each open of a device. */
  deviceProgram(group: string, code: Uint8Array): void
  /** A descriptor of the user namespace that owns a namespace (ioctl_ns(2)): EPERM for one neither ours nor below ours. */
  ownerOf(namespace: number): number
  pidfdOpen(pid: number): number
  pidfdSignal(pidfd: number, signal: number): void
}

let loaded: Native | undefined

/** The addon, loaded at the first call and never at import, so that tables can be read on any machine. */
export function native(): Native {
  if (loaded) return loaded
  const file = nativeFile('cooper.node')
  if (!existsSync(file))
    throw new Error(`The addon is not built (${file} is not there): run npm run build:native`)
  loaded = createRequire(import.meta.url)(file) as Native
  return loaded
}

/** Where the build of native/ put a file. */
export function nativeFile(name: string): string {
  return projectFile('native', 'build', 'Release', name)
}
