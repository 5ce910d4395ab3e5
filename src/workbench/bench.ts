import { closeSync, constants, openSync, readSync } from 'node:fs'
import {
  type Bench,
  ids,
  machine,
  mounts,
  namespaces,
  processes,
  process as processOf,
  viewOf,
} from '../facts/index.ts'
import { innermostShell } from './shells.ts'

const readLimit = 64 * 1024

/** What checks may look at: the bench, read from outside through its process 1. */
export function benchOf(holder: number, firstShell: (terminal: string) => number | undefined): Bench {
  const view = viewOf(holder)
  return {
    view,
    machine,
    holder,
    processes: () => processes(view),
    process: (pid) => processOf(view, Number(pid)),
    namespaces: (pid) => namespaces(view, Number(pid)),
    mounts: (pid) => mounts(view, Number(pid)),
    ids: (pid) => ids(view, Number(pid)),
    shell: (terminal) => {
      const first = firstShell(terminal)
      return first === undefined ? undefined : innermostShell(view, first)
    },
    read: (path) => readInside(holder, path),
  }
}

function readInside(holder: number, path: string): string | undefined {
  let fd: number
  try {
    // A link the learner made would be followed with our eyes, and a pipe would hold us.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    fd = openSync(`/proc/${holder}/root${path}`, flags)
  } catch {
    return undefined
  }
  try {
    const text = Buffer.alloc(readLimit)
    return text.toString('utf8', 0, readSync(fd, text, 0, readLimit, 0))
  } catch {
    return undefined
  } finally {
    closeSync(fd)
  }
}
