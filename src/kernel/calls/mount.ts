import { type MountFlag, mountBits, mountNames } from '../flags.ts'
import { kindOf, type Path, plain, sayPath, shellPath } from './path.ts'
import { type Cause, notPrivileged, quoted, type Sight, verb, word } from './verb.ts'

/** mount(2), in all its meanings: a new file system, a bind, a remount, a change of propagation. */
export interface MountArgs {
  from?: Path
  to: Path
  type?: string
  flags?: MountFlag[]
  data?: string
}

function missing({ from, to, flags = [] }: MountArgs, sight: Sight): Cause | undefined {
  if (from && flags.includes('bind') && !kindOf(from, sight))
    return { because: `${plain(from)} is not there` }
  if (kindOf(to, sight) === 'link')
    return {
      because: `the mount point ${plain(to)} is a symbolic link, and leads to nothing in this root`,
      remedy: `make what it leads to, or a directory in its place`,
    }
  if (!kindOf(to, sight))
    return {
      because: `the mount point ${plain(to)} is not there`,
      remedy: `make it first: mkdir -p ${plain(to)}`,
    }
  return undefined
}

function needsOwnNamespace({ type }: MountArgs): Cause | undefined {
  const owner: Record<string, string> = { proc: 'PID', sysfs: 'network', mqueue: 'IPC' }
  const kind = owner[type ?? '']
  if (!kind) return undefined
  return {
    because: `a ${type} file system shows one ${kind} namespace, and may be mounted only by the root of that namespace (and only where an unmasked one is visible already)`,
    remedy: `make a new ${kind} namespace too, or bind the one that is mounted`,
  }
}

// #region call
export const mount = verb<MountArgs>({
  encode: ({ from, to, type, flags = [], data }) => [
    'mount',
    from ?? null,
    to,
    type ?? null,
    mountBits(flags),
    data ?? null,
  ],
  say: ({ from, to, type, flags = [], data }) =>
    `mount(${from === undefined ? 'NULL' : sayPath(from)}, ${sayPath(to)}, ${quoted(type)}, ${mountNames(flags)}, ${quoted(data)})`,
  shell: ({ from, to, type, flags = [], data }) => {
    const propagation = flags.find((flag) => ['private', 'slave', 'shared', 'unbindable'].includes(flag))
    if (propagation) return `mount --make-${flags.includes('rec') ? 'r' : ''}${propagation} ${shellPath(to)}`
    if (flags.includes('move')) return `mount --move ${shellPath(from!)} ${shellPath(to)}`
    const bind = flags.includes('bind') ? [flags.includes('rec') ? '--rbind' : '--bind'] : []
    const options = [...flags.filter((flag) => flag !== 'bind' && flag !== 'rec'), ...(data ? [data] : [])]
    return [
      'mount',
      ...bind,
      ...(type ? ['-t', type] : []),
      ...(options.length ? ['-o', word(options.join(','))] : []),
      from === undefined ? (type ?? 'none') : shellPath(from),
      shellPath(to),
    ].join(' ')
  },
  causes: {
    ENOENT: missing,
    ENOTDIR: ({ from, to }) => ({
      because: `one of ${from ? plain(from) : plain(to)} and ${plain(to)} is a directory and the other is not`,
    }),
    EPERM: (args, sight) =>
      needsOwnNamespace(args) ??
      notPrivileged('CAP_SYS_ADMIN', 'the owner of this mount namespace')(args, sight),
    EINVAL: ({ from, flags = [] }) =>
      flags.includes('bind') && !flags.includes('rec')
        ? {
            because: `${plain(from!)} has mounts below it that are locked together with it`,
            remedy: 'bind the whole tree: --rbind',
          }
        : undefined,
    EACCES: ({ from, to }) => ({
      because: `this user may not enter a directory on the way to ${plain(from ?? to)}`,
      remedy: 'put it where everybody may go, or leave out the piece user',
    }),
    ELOOP: ({ to }) => ({
      because: `${plain(to)} of the root file system is a symbolic link, and leads into /proc or may lead anywhere`,
      remedy: 'make it a directory there',
    }),
    ENODEV: ({ type }) => ({
      because: `this kernel has no file system ${type}`,
      remedy: 'cat /proc/filesystems',
    }),
  },
})
// #endregion call
