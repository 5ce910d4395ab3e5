import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { projectFile } from './project.ts'

/** A call as the addon takes it: its name in native/calls.cc, then numbers, texts, or null for a null pointer. */
export type Encoded = [name: string, ...args: (EncodedPath | number | null)[]]

/** A path, or one in the new root: see Argument::Base in native/plan.h. */
export type EncodedPath = string | { target: string } | { exact: string } | { entry: string }

export interface NativePlan {
  /** CLONE_NEW* for the first process. */
  flags: number
  shareMemory: boolean
  /** A descriptor of a cgroup v2 directory to be born in, or -1. */
  cgroup: number
  /** A descriptor to execute instead of a path, or -1. */
  program: number
  calls: Encoded[]
  argv: string[]
  /** `NAME=value` */
  env: string[]
  /** Where the program may be, tried in order as execvp(3) does. */
  paths: string[]
  stdio: [number, number, number]
  /** Descriptors that calls name: everything else is closed first. */
  keep: number[]
}

/** What the addon tells about a child, in this order; `closed` means that exec succeeded or the child is gone. */
export type Told =
  | [what: 'born', pid: number]
  | [what: 'reports', flat: number[]]
  | [what: 'terminal', master: number]
  | [what: 'notRun', errno: number, path: number]
  | [what: 'closed']
  | [what: 'ended', ends: { pid: number; code: number; signal: number }[], cloneErrno: number]

interface Native {
  spawn(plan: NativePlan, told: (...what: Told) => void): { go(): void; hangUp(): void }
  sealedCopy(path: string, name: string): number
  openInRoot(root: string, path: string): number
  openPty(): [master: number, slave: number]
  resize(terminal: number, rows: number, columns: number): void
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
