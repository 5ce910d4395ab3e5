import type { IdFacts } from './ids.ts'
import type { Mount } from './mounts.ts'
import type { NamespaceKind, NamespaceRef } from './namespaces.ts'
import type { Cable, Listener, NetFacts } from './net/index.ts'
import type { Process } from './processes.ts'
import type { View } from './view.ts'

/** What a check saw. `expected` and `saw` are short phrases that read well one under the other. */
export interface Look {
  ok: boolean
  expected: string
  saw: string
  /** Why that proves the claim; or, for what is not there yet, what is missing now. */
  why: string
}

/** What a check may look at: the bench as the kernel tells it, never what was typed. */
export interface Bench {
  /** The bench's own `/proc`: the numbers the learner sees. */
  view: View
  /** The machine's `/proc`: the numbers everyone outside sees. */
  machine: View
  /** The bench's process 1, by its number on the machine. */
  holder: number
  processes(): Process[]
  process(pid: number | string): Process | undefined
  namespaces(pid: number | string): Partial<Record<NamespaceKind, NamespaceRef>>
  mounts(pid: number | string): Mount[]
  ids(pid: number | string): IdFacts | undefined
  /** Links, addresses and routes of a process's network namespace; rejects with a `KernelError` when it is gone. */
  net(pid: number | string): Promise<NetFacts>
  /** Each veth of it with its other end; rejects as `net`. */
  cables(pid: number | string): Promise<Cable[]>
  /** The sockets that listen in it; empty when the process is gone. */
  listeners(pid: number | string): Listener[]
  /** The innermost shell of a terminal (`host`, `box` …), by its number in the bench; undefined before it was opened. */
  shell(terminal: string): Process | undefined
  /** A file of the bench as text (links are not followed); undefined when it is not there. At most 64 KiB. */
  read(path: string): string | undefined
}

/** Values captured by the steps so far, by name. Always strings, as they stood on the screen. */
export type Captures = Record<string, string>

export interface Check {
  /** The claims of the lesson that this check proves. */
  claims: string[]
  /** Reads the kernel's state, changes nothing, and takes under 20 ms. */
  look(bench: Bench, captures: Captures): Look | Promise<Look>
}

/** The checks of one lesson by id. */
export function checks<T extends Record<string, Check>>(table: T): T {
  return table
}
