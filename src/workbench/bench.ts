import { closeSync, constants, openSync, readSync } from 'node:fs'
import {
  type Bench,
  cables,
  ids,
  listeners,
  machine,
  mounts,
  namespaces,
  net,
  processes,
  process as processOf,
  type View,
} from '../facts/index.ts'
import { innermostShell } from './shells.ts'

const readLimit = 64 * 1024

/** What checks may look at: the bench, read from outside through its process 1. */
export function benchOf(
  holder: number,
  view: View,
  firstShell: (terminal: string) => number | undefined,
): Bench {
  return {
    view,
    machine,
    holder,
    processes: () => processes(view),
    process: (pid) => processOf(view, Number(pid)),
    namespaces: (pid) => namespaces(view, Number(pid)),
    mounts: (pid) => mounts(view, Number(pid)),
    ids: (pid) => ids(view, Number(pid)),
    net: (pid) => net(view, Number(pid)),
    cables: (pid) => cables(view, Number(pid)),
    listeners: (pid) => listeners(view, Number(pid)),
    shell: (terminal) => {
      const first = firstShell(terminal)
      return first === undefined ? undefined : innermostShell(processes(view), first)
    },
    read: (path) => readInside(holder, path),
  }
}

/** Opened to be walked through and not to be read: O_PATH of open(2), which Node has no name for. */
const O_PATH = 0o10000000

function readInside(holder: number, path: string): string | undefined {
  let fd: number
  try {
    fd = openInside(holder, path)
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

// A link the learner made would be followed with our eyes, on the machine, wherever on the way it stands: so the way
// is gone one name at a time, and a link is the end of it. A pipe would hold us: O_NONBLOCK.
function openInside(holder: number, path: string): number {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const last = names.pop()
  if (last === undefined || [last, ...names].includes('..')) throw new Error(`no file: ${path}`)
  const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
  let at = openSync(`/proc/${holder}/root`, O_PATH | O_DIRECTORY)
  try {
    for (const name of names) {
      const next = openSync(`/proc/self/fd/${at}/${name}`, O_PATH | O_DIRECTORY | O_NOFOLLOW)
      closeSync(at)
      at = next
    }
    return openSync(`/proc/self/fd/${at}/${last}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } finally {
    closeSync(at)
  }
}
