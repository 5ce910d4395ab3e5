import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync, type Stats } from 'node:fs'
import { type Mount, mounts } from './mounts.ts'
import { process } from './processes.ts'
import { readText } from './read.ts'
import type { View } from './view.ts'

/** What a path means to a process. */
export interface Resolved {
  /** Where it ends, from the root of that process: absolute, without links and `..`. */
  path: string
  kind: 'directory' | 'file' | 'link' | 'character device' | 'block device' | 'pipe' | 'socket'
  /** The file system it lies on, as stat(2) numbers it: together with the inode this names one file. */
  device: number
  inode: number
  /** Of a device node: which device it opens. */
  opens?: { major: number; minor: number }
  /** The mount it lies on; undefined where the process cannot reach that mount's top (after a chroot). */
  mount?: Mount
}

// Not among Node's constants; this number on every architecture that Node is built for.
const O_PATH = 0o10000000
const untouched = O_PATH | constants.O_NOFOLLOW

/** As many as the kernel follows: path_resolution(7). */
const mostLinks = 40

/**
 * What a path means to a process: from its root, through its mounts, following links and `..` as it would
 * (path_resolution(7)). A relative path begins at its working directory. Undefined when there is nothing, when links
 * go in a circle, and when the process is gone or may not be looked at.
 *
 * It goes from descriptor to descriptor, so that no link leads out of the process's root and into the reader's own,
 * not even one that changes meanwhile.
 *
 * @param options.follow false to look at a link at the very end itself, as lstat(2) does
 */
export function resolvePath(
  view: View,
  pid: number,
  path: string,
  options: { follow?: boolean } = {},
): Resolved | undefined {
  return walk(view, pid, path, options.follow ?? true, (fd, at, list) => {
    const stat = fstatSync(fd)
    const kind = kindOf(stat)
    return {
      path: at,
      kind,
      device: stat.dev,
      inode: stat.ino,
      opens: kind.endsWith('device') ? deviceNumber(stat.rdev) : undefined,
      mount: mountUnder(fd, list),
    }
  })
}

/** The names in a directory, as the process would list them; undefined when it is none. Paths as for `resolvePath`. */
export function namesIn(view: View, pid: number, path: string): string[] | undefined {
  return walk(view, pid, path, true, (fd) => {
    return fstatSync(fd).isDirectory() ? readdirSync(through(fd)).sort() : undefined
  })
}

/** Whether two paths, of whatever processes, lead to one file or directory; two unknowns never do. */
export function sameFile(a: Resolved | undefined, b: Resolved | undefined): boolean {
  return a !== undefined && b !== undefined && a.device === b.device && a.inode === b.inode
}

/** Takes a device number apart, as makedev(3) puts it together. */
function deviceNumber(number: number): { major: number; minor: number } {
  const bits = BigInt(number)
  return {
    major: Number(((bits >> 8n) & 0xfffn) | ((bits >> 32n) & 0xfffff000n)),
    minor: Number((bits & 0xffn) | ((bits >> 12n) & 0xffffff00n)),
  }
}

// ---

const through = (fd: number, name = '') => `/proc/self/fd/${fd}/${name}`

/** Walks the path, shows where it ended, and closes everything it opened. */
function walk<T>(
  view: View,
  pid: number,
  path: string,
  follow: boolean,
  visit: (fd: number, path: string, list: Mount[]) => T,
): T | undefined {
  const opened: number[] = []
  const open = (at: string, flags: number): number => {
    opened.push(openSync(at, flags))
    return opened.at(-1)!
  }
  try {
    const list = mounts(view, pid)
    const root = open(`${view.proc}/${pid}/root`, O_PATH)
    const top = placeOf(root)
    let here = path.startsWith('/') ? root : open(`${view.proc}/${pid}/cwd`, O_PATH)
    let names = here === root ? [] : split(readlinkSync(`${view.proc}/${pid}/cwd`))
    let links = 0

    const ahead = split(path)
    for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
      if (name === '..') {
        if (placeOf(here) === top) continue
        here = open(through(here, '..'), untouched)
        names = names.slice(0, -1)
        continue
      }
      const next = open(through(here, name), untouched)
      if (!fstatSync(next).isSymbolicLink() || (ahead.length === 0 && !follow)) {
        here = next
        names = [...names, name]
        continue
      }
      if (++links > mostLinks) return undefined
      const inProc = mountUnder(here, list)?.type === 'proc'
      const target = (inProc && selfOf(view, pid, name)) || readlinkSync(through(here, name))
      if (inProc && !/^(self|[0-9]+)(\/|$)/.test(target)) {
        // The text of such a link is only for reading: the kernel goes straight to the file.
        here = open(through(here, name), O_PATH)
        names = placeOf(here) === top ? [] : split(target)
        continue
      }
      if (target.startsWith('/')) [here, names] = [root, []]
      ahead.unshift(...split(target))
    }
    return visit(here, `/${names.join('/')}`, list)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (['ENOENT', 'ENOTDIR', 'ESRCH', 'EACCES', 'EPERM', 'ELOOP'].includes(code)) return undefined
    throw error
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}

/** `/proc/self` names whoever asks, which here is the reader: so the process's own number stands in. */
function selfOf(view: View, pid: number, name: string): string | undefined {
  const own = process(view, pid)?.nspid.at(-1)
  if (name === 'self') return `${own}`
  return name === 'thread-self' ? `${own}/task/${own}` : undefined
}

function mountUnder(fd: number, list: Mount[]): Mount | undefined {
  const id = /^mnt_id:\s*(\d+)/m.exec(readText(`/proc/self/fdinfo/${fd}`) ?? '')?.[1]
  return list.find((mount) => String(mount.id) === id)
}

/** One directory of one mount. */
function placeOf(fd: number): string {
  const { dev, ino } = fstatSync(fd)
  const id = /^mnt_id:\s*(\d+)/m.exec(readText(`/proc/self/fdinfo/${fd}`) ?? '')?.[1]
  return `${id} ${dev}:${ino}`
}

function kindOf(stat: Stats): Resolved['kind'] {
  if (stat.isDirectory()) return 'directory'
  if (stat.isSymbolicLink()) return 'link'
  if (stat.isCharacterDevice()) return 'character device'
  if (stat.isBlockDevice()) return 'block device'
  if (stat.isFIFO()) return 'pipe'
  return stat.isSocket() ? 'socket' : 'file'
}

function split(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
