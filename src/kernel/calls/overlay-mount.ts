import { posix } from 'node:path'
import { notDirectory, overlapping, refusedLayers } from './overlay-causes.ts'
import { type Cause, notPrivileged, quoted, verb, word } from './verb.ts'

/**
 * An overlay: directories seen as one (overlayfs.rst in the kernel's documents). Without an upper it is read-only.
 * Paths are absolute.
 */
export interface OverlayMountArgs {
  to: string
  /** Only read; the topmost first. */
  lower: string[]
  /** Where every change goes. */
  upper?: string
  /** Where the kernel prepares a change: an empty directory on the same mount as the upper. */
  work?: string
  /** Notes of its own as `user.overlay.*`: `trusted.*` is not for the root of a user namespace. */
  userxattr?: boolean
}

/** mount(2) takes one page of options, with the zero at its end. */
const page = 4096

/** In a list of lower directories `:` goes between, and `,` between options: in a name they follow a backslash. */
const escaped = (path: string) => path.replace(/[\\:,]/g, '\\$&')

function options({ lower, upper, work, userxattr }: OverlayMountArgs, from = ''): string {
  const name = (path: string) => escaped(from ? posix.relative(from, path) || '.' : path)
  return [
    `lowerdir=${lower.map(name).join(':')}`,
    ...(upper === undefined ? [] : [`upperdir=${name(upper)}`]),
    ...(work === undefined ? [] : [`workdir=${name(work)}`]),
    ...(userxattr ? ['userxattr'] : []),
  ].join(',')
}

const fits = (data: string) => Buffer.byteLength(data) < page

/** The directory that holds all of them: names are shorter from there. */
function around({ lower, upper, work }: OverlayMountArgs): string {
  const [first = [], ...others] = [...lower, upper, work].flatMap((path) =>
    path === undefined ? [] : [path.split('/').slice(0, -1)],
  )
  const differs = first.findIndex((name, index) => others.some((path) => path[index] !== name))
  return first.slice(0, differs === -1 ? undefined : differs).join('/') || '/'
}

const tooLong = ({ lower }: OverlayMountArgs): Cause => ({
  because: `the names of ${lower.length} layers do not fit into a page, which is what mount(2) takes, and this kernel does not take them one by one (from 6.8 on, whole names of any length from 6.13 on)`,
  remedy: 'put the layers side by side into one directory, with short names',
})

// #region call
export const overlayMount = verb<OverlayMountArgs>({
  lesson: 'overlay',
  encode: (args) => {
    const { to, lower, upper, work, userxattr } = args
    const data = options(args)
    if (fits(data)) return ['mount', 'overlay', to, 'overlay', 0, data]
    const from = around(args)
    const shorter = options(args, from)
    // What an older kernel gets instead: the same, from where the names are shorter.
    const old = fits(shorter) ? shorter : null
    return ['overlayMount', to, from, old, userxattr ? 1 : 0, upper ?? null, work ?? null, ...lower]
  },
  say: (args) => {
    const data = options(args)
    if (fits(data)) return `mount("overlay", ${quoted(args.to)}, "overlay", 0, ${quoted(data)})`
    const { length } = args.lower
    return `fsconfig(fsopen("overlay"), FSCONFIG_SET_FD, "lowerdir+", each of ${length}), move_mount(${quoted(args.to)})`
  },
  shell: (args) => {
    const from = around(args)
    const line = (data: string) => `mount -t overlay -o ${word(data)} overlay ${word(args.to)}`
    return fits(options(args)) ? line(options(args)) : `(cd ${word(from)} && ${line(options(args, from))})`
  },
  causes: {
    ENOENT: (args, sight) => {
      const missing = [...args.lower, args.upper, args.work, args.to].find(
        (path) => path !== undefined && !sight.kind(path),
      )
      return missing === undefined ? undefined : { because: `${missing} is not there` }
    },
    ENOTDIR: notDirectory,
    EINVAL: (args, sight) => refusedLayers(args, sight) ?? (fits(options(args)) ? undefined : tooLong(args)),
    ENOSYS: tooLong,
    ELOOP: overlapping,
    EBUSY: ({ upper }) => ({
      because: `${upper} is the upper of another overlay now; two of them would spoil each other`,
      remedy: 'give each container an upper of its own',
    }),
    EACCES: () => ({
      because:
        'this root may not enter a directory on the way to one of the layers, or may not write the upper',
      remedy: 'put the layers where everybody may go; an upper must belong to the container’s root',
    }),
    EOVERFLOW: ({ upper }) => ({
      because: `${upper} belongs to somebody who is not in this user namespace, so nobody here may write it`,
    }),
    EPERM: (args, sight) =>
      args.userxattr
        ? { because: 'in a user namespace the kernel mounts overlays from 5.11 on', remedy: 'cooper doctor' }
        : notPrivileged('CAP_SYS_ADMIN', 'the owner of this mount namespace')(args, sight),
    ENODEV: () => ({
      because: 'this kernel has no overlay file system',
      remedy: 'modprobe overlay, as root',
    }),
  },
})
// #endregion call
