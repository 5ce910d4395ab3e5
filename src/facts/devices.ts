import { namesIn, resolvePath } from './paths.ts'
import type { View } from './view.ts'

/** A device node that a process finds under its `/dev`. */
export interface Device {
  /** From `/dev`: `null`, `pts/0`. */
  name: string
  kind: 'character' | 'block'
  /** Which driver, and which of its devices (`man 3 makedev`): 1:3 is null, whatever the node is called. */
  major: number
  minor: number
}

/** Directories of nodes that are worth a look; links, such as those to `/proc/self/fd`, are no devices. */
const deep = ['pts', 'net', 'snd', 'dri', 'input', 'mapper']

/** The device nodes under a process's own `/dev`, by name. Empty when it has none, or may not be looked at. */
export function devices(view: View, pid: number): Device[] {
  return ['', ...deep].flatMap((directory) => nodesIn(view, pid, directory))
}

function nodesIn(view: View, pid: number, directory: string): Device[] {
  // A link instead of the directory would show the nodes of somewhere else, twice.
  if (directory && resolvePath(view, pid, `/dev/${directory}`, { follow: false })?.kind !== 'directory')
    return []
  return (namesIn(view, pid, `/dev/${directory}`) ?? []).flatMap((file) => {
    const name = directory ? `${directory}/${file}` : file
    const found = resolvePath(view, pid, `/dev/${name}`, { follow: false })
    if (!found?.opens) return []
    return [{ name, kind: found.kind === 'block device' ? 'block' : 'character', ...found.opens } as const]
  })
}
