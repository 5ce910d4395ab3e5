import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { groupsOf } from './groups/index.ts'
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

/**
 * The list of devices that a process's group of version 1 may open, its `devices.list`: `b 7:* rwm`. Undefined where it
 * has none, or it may not be read; version 2 has a program instead, which nobody can read.
 */
export function devicesList(view: View, pid: number): string | undefined {
  const group = groupsOf(view, pid).find(
    ({ version, controllers }) => version === 1 && controllers.includes('devices'),
  )
  if (!group?.directory) return undefined
  try {
    return readFileSync(join(group.directory, 'devices.list'), 'utf8')
  } catch {
    return undefined
  }
}

/** Whether such a list lets a device be opened at all; `a` is all there are. */
export function isListed(list: string, { kind, major, minor }: Device): boolean {
  const is = (said: string | undefined, number: number) => said === '*' || said === String(number)
  return list.split('\n').some((line) => {
    const [type, numbers = '', may = ''] = line.split(' ')
    const [one, other] = numbers.split(':')
    const same = type === 'a' || type === kind[0]
    return same && is(one, major) && is(other, minor) && /[rw]/.test(may)
  })
}
