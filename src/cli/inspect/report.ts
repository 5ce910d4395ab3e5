import {
  type CgroupPlace,
  type Device,
  type IdFacts,
  machine,
  type NamespaceType,
  type Process,
  process as processNow,
  requireProcess,
} from '../../facts/index.ts'
import { KernelError } from '../../kernel/index.ts'
import { type NetReport, netOf } from './links.ts'
import type { MountReport } from './mounts.ts'
import { printable } from './printable.ts'
import { read } from './read.ts'
import { type Weakness, weaknesses } from './weak.ts'

/** A namespace of the inspected process, as seen by who inspects. Null: it may not be read. */
export interface NamespaceLine {
  inode: number | null
  /** The inspector is in it, too. */
  shared: boolean | null
}

/** An id on both sides of the process's user namespace. */
export interface IdLine {
  outside: number
  outsideName?: string
  /** Undefined where its own user namespace has no number for it. */
  inside?: number
  insideName?: string
}

/** What could be read of a process, before it is judged. */
export interface Reading {
  process: Process
  parent: { pid: number; name: string } | undefined
  /** Of each kind that this kernel has. */
  namespaces: Partial<Record<NamespaceType, NamespaceLine>>
  /** It has something of its own: a namespace or a root directory. Null: that may not be read. */
  contained: boolean | null
  hostname: string | undefined
  ids: IdFacts
  user: IdLine
  group: IdLine
  /** The bounding set of process 1: all that root can have on this machine. */
  machineCapabilities: string[]
  /** Whether its root directory is the inspector's. Null: that may not be read. */
  sameRoot: boolean | null
  /** Undefined when it sees the inspector's mounts, or may not be looked at. */
  mounts: MountReport | undefined
  /** Mounts that pass on to the machine what is mounted below them. */
  propagating: string[]
  devices: Device[]
  /** Sockets of container engines that it reaches. */
  engineSockets: string[]
  /** Undefined when its network is the inspector's, or may not be entered. */
  net: NetReport | undefined
  cgroups: CgroupPlace[]
  /** What may not be read, and why. */
  unread: { what: string; why: string }[]
}

export interface Inspection extends Reading {
  weak: Weakness[]
}

/**
 * Reads and judges one process of the machine. What may not be read is said in `unread`.
 *
 * @param readNet reads its network; a test hands in its own
 * @throws KernelError for a number that is no process's, a thread of the kernel, a zombie, and a process that ends
 * while it is read: a report is whole or not at all
 */
export async function inspect(pid: number, readNet = netOf): Promise<Inspection> {
  const found = alive(requireProcess(machine, pid))
  const lives = () => {
    const now = processNow(machine, pid)
    return now?.started === found.started && now.state !== 'Z'
  }
  const reading = await read(found, readNet).catch((error: unknown) => {
    if (lives()) throw error
    return undefined
  })
  if (!reading || !lives()) {
    throw new KernelError({
      piece: 'inspect',
      call: `${who(found)} ended while it was read`,
      errno: 0,
      because: 'what could be read before and after its end would not belong together',
      remedy: 'inspect a process that lives longer: ps -e -o pid,etime,args',
      learn: 'cooper learn process',
    })
  }
  return { ...reading, weak: weaknesses(reading) }
}

function alive(found: Process): Process {
  const refuse = (because: string, remedy: string) => {
    const call = `${who(found)} cannot be inspected`
    return new KernelError({
      piece: 'inspect',
      call,
      errno: 0,
      because,
      remedy,
      learn: 'cooper learn process',
    })
  }
  if (found.kernel)
    throw refuse(
      'it is a thread of the kernel: it runs no program and has no memory, files or namespaces of its own',
      "choose one with a command line: ps -e -o pid,args (those in brackets are the kernel's)",
    )
  if (found.state === 'Z')
    throw refuse(
      `it has ended; only its number is left, until its parent, ${found.ppid}, asks how it ended`,
      `inspect the parent: cooper inspect ${found.ppid}`,
    )
  return found
}

const who = ({ pid, name }: Process) => `process ${pid} (${printable(name)})`
