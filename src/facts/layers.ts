import { lstatSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { native } from '../kernel/native.ts'
import { type Mount, mountAt, mounts } from './mounts.ts'
import type { View } from './view.ts'

/** The directories that an overlay shows as one (overlayfs.rst). Paths are those that whoever mounted it gave. */
export interface Layers {
  /** Only read; the topmost first. */
  lower: string[]
  /** Where changes go; absent: there can be none. */
  upper?: string
  work?: string
  /** Its notes on files are `user.overlay.*`, as in a user namespace; else `trusted.overlay.*`. */
  userxattr: boolean
}

/** The layers under a mount of a process. Undefined when nothing is mounted at this path, or no overlay. */
export function layers(view: View, pid: number, at = '/'): Layers | undefined {
  const mount = mountAt(mounts(view, pid), at)
  return mount && layersUnder(mount)
}

/** The layers that the options of a mount name; undefined when it is no overlay. */
export function layersUnder({ type, superOptions }: Mount): Layers | undefined {
  if (type !== 'overlay') return undefined
  const values = (name: string) =>
    superOptions.flatMap((option) => (option.startsWith(`${name}=`) ? [option.slice(name.length + 1)] : []))
  // One by one they were given as they are; in a list, or beside it, with a backslash before what would divide it.
  const each = values('lowerdir+')
  const plain = each.length > 0 ? (text: string) => text : unescaped
  return {
    lower: each.length > 0 ? each : values('lowerdir').flatMap(listed),
    upper: values('upperdir').map(plain)[0],
    work: values('workdir').map(plain)[0],
    userxattr: superOptions.includes('userxattr'),
  }
}

const unescaped = (text: string) => text.replace(/\\(.)/gs, '$1')

/** `/a:/b\:c` is /a and /b:c; data-only layers stand behind `::` and have no names of their own. */
function listed(text: string): string[] {
  const [named = ''] = /^(?:\\.|[^:\\]|:(?!:))*/s.exec(text) ?? []
  return (named.match(/(?:\\.|[^:\\])+/gs) ?? []).map(unescaped)
}

/** The same layers, as they are reached through another root: `/proc/4711/root`. */
export function layersThrough(root: string, { lower, upper, work, userxattr }: Layers): Layers {
  const through = (path: string) => join(root, path)
  return {
    lower: lower.map(through),
    upper: upper === undefined ? undefined : through(upper),
    work: work === undefined ? undefined : through(work),
    userxattr,
  }
}

/** What one layer holds at a path. */
export interface LayerEntry {
  /** The layer it comes from, as it was given. */
  layer: string
  /** Where it is. */
  at: string
  directory: boolean
}

/**
 * What is seen at a path through a stack of layers, the topmost first. Empty: nothing. One: that file, or a directory
 * of one layer. More: one directory made of several. Links are not followed.
 */
export function seenThrough(stack: string[], path: string): LayerEntry[] {
  let seen: LayerEntry[] = stack.map((layer) => ({ layer, at: layer, directory: true }))
  for (const name of path.split('/').filter(Boolean)) seen = below(seen, name)
  return seen
}

function below(directories: LayerEntry[], name: string): LayerEntry[] {
  const found: LayerEntry[] = []
  for (const { layer, at, directory } of directories) {
    const place = join(at, name)
    const about = directory ? lstatSync(place, { throwIfNoEntry: false }) : undefined
    if (!about) continue
    const isDirectory = about.isDirectory()
    // Something else than a directory hides all below, and is hidden by a directory above.
    if (isWhiteout(place, about) || (!isDirectory && found.length > 0)) break
    found.push({ layer, at: place, directory: isDirectory })
    if (!isDirectory || isOpaque(place)) break
  }
  return found
}

/** The layer a file comes from, of those in an overlay; undefined when there is no such file. */
export function layerOf({ upper, lower }: Layers, path: string): string | undefined {
  return seenThrough(upper === undefined ? lower : [upper, ...lower], path)[0]?.layer
}

/**
 * A mark that something below is deleted: a character device 0:0, or an empty file with an attribute, where no device
 * nodes can be made (Linux 6.7).
 */
export function isWhiteout(path: string, about: Stats = lstatSync(path)): boolean {
  if (about.isCharacterDevice()) return about.rdev === 0
  return about.isFile() && about.size === 0 && note(path, 'whiteout') !== undefined
}

/** A directory that hides what the layers below have under its name. */
export function isOpaque(path: string): boolean {
  return note(path, 'opaque') === 'y'
}

/** What an overlay noted on a file, in either of its two places; only root sees the trusted one. */
function note(path: string, name: string): string | undefined {
  const { getXattr } = native()
  return getXattr(path, `trusted.overlay.${name}`) ?? getXattr(path, `user.overlay.${name}`)
}
