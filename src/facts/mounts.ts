import { readText } from './read.ts'
import type { View } from './view.ts'

/** Peer groups of a mount (`man 7 mount_namespaces`). All absent: private. */
export interface Propagation {
  /** Sends to and receives from this peer group. */
  shared?: number
  /** Receives from this peer group: a slave of it. */
  master?: number
  /** The nearest group it receives from that this process can see, when that is not `master`. */
  propagateFrom?: number
  /** Private, and refuses to be bind-mounted. */
  unbindable?: boolean
}

/** One line of `/proc/PID/mountinfo` (`man 5 proc_pid_mountinfo`). */
export interface Mount {
  /** Unique while it is mounted; used again afterwards. */
  id: number
  /** The mount it is mounted on; need not be in the list (the root's, or what a chroot hides). */
  parent: number
  /** `major:minor` of the file system. */
  device: string
  /** Which part of the file system is mounted: `/` for all of it, a directory for a bind mount. */
  root: string
  /** Where, from the root of the process that was asked. */
  at: string
  /** Options of this mount: `rw`, `nosuid` … */
  options: string[]
  propagation: Propagation
  /** `ext4`, `overlay`, `fuse.sshfs` … */
  type: string
  source: string
  /** Options of the file system, the same wherever it is mounted. */
  superOptions: string[]
}

/** The mounts that a process can reach from its root. Empty when it is gone, a zombie, or may not be looked at. */
export function mounts(view: View, pid: number): Mount[] {
  return parseMounts(readText(`${view.proc}/${pid}/mountinfo`) ?? '')
}

export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.split('\n').filter(Boolean).map(parseMount)
}

/** The mount whose top lies at exactly this path: the one seen when several are stacked, none when it is covered. */
export function mountAt(list: Mount[], path: string): Mount | undefined {
  const found = mountOf(list, path)
  return found?.at === tidy(path) ? found : undefined
}

/**
 * The mount that an absolute path lies on. Goes down the path as the kernel does, so that what another mount covers
 * is not found. Symbolic links and `..` are not resolved. Undefined when the root is not itself a mount (after chroot).
 */
export function mountOf(list: Mount[], path: string): Mount | undefined {
  const ids = new Set(list.map((mount) => mount.id))
  let current: Mount | undefined
  for (const prefix of prefixes(tidy(path))) {
    // A mount may stand on another at the same place, so go up until nothing more is on top.
    for (let next = on(current, prefix); next; next = on(current, prefix)) current = next
  }
  return current

  function on(below: Mount | undefined, at: string): Mount | undefined {
    return list.find(
      (mount) =>
        mount.at === at &&
        mount !== below &&
        (below ? mount.parent === below.id : !ids.has(mount.parent) || mount.parent === mount.id),
    )
  }
}

// 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
function parseMount(line: string): Mount {
  // Not by runs of spaces: an empty source is an empty field.
  const fields = line.split(' ')
  const dash = fields.indexOf('-', 6)
  const [id, parent, device = '', root = '', at = '', options = ''] = fields
  const [type = '', source = '', ...superOptions] = fields.slice(dash + 1)
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: unescapeOctal(root),
    at: unescapeOctal(at),
    options: options.split(','),
    propagation: parsePropagation(fields.slice(6, dash)),
    type: unescapeOctal(type),
    source: unescapeOctal(source),
    superOptions: superOptions.join(' ').split(',').filter(Boolean).map(unescapeOctal),
  }
}

function parsePropagation(tags: string[]): Propagation {
  const propagation: Propagation = {}
  for (const tag of tags) {
    const [name, group] = tag.split(':')
    if (name === 'shared') propagation.shared = Number(group)
    if (name === 'master') propagation.master = Number(group)
    if (name === 'propagate_from') propagation.propagateFrom = Number(group)
    if (name === 'unbindable') propagation.unbindable = true
  }
  return propagation
}

// The kernel writes space, tab, newline and backslash (and, in sources, the number sign) as a backslash and three digits.
function unescapeOctal(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}

/** `/`, `/a`, `/a/b` for `/a/b`. */
function prefixes(path: string): string[] {
  const names = path.split('/').filter(Boolean)
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)]
}

function tidy(path: string): string {
  return `/${path.split('/').filter(Boolean).join('/')}`
}
