import { posix } from 'node:path'
import { type Cause, notPrivileged, quoted, type Sight, verb, word } from './verb.ts'

/** pivot_root(2): `newRoot` becomes `/`, and what was `/` is put at `putOld`. */
export interface PivotRootArgs {
  newRoot: string
  putOld: string
}

/** The lines of mountinfo as (id, parent, mount point, optional fields). */
function tree(sight: Sight): { id: string; parent: string; at: string; shared: boolean }[] {
  return sight
    .proc('mountinfo')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id, parent, , , at] = line.split(' ') as [string, string, string, string, string]
      return { id, parent, at, shared: / shared:\d+/.test(line.split(' - ')[0]!) }
    })
}

const makePrivate = {
  remedy: 'make the tree private first: mount --make-rprivate /',
}

// The manual page gives one errno to many mistakes; which it was can be seen in the tree.
function refused({ newRoot, putOld }: PivotRootArgs, sight: Sight): Cause | undefined {
  const mounts = tree(sight)
  const root = mounts.findLast((mount) => mount.at === '/')
  if (!root)
    return { because: 'the current root is no mount point (after a chroot), so it cannot be swapped' }
  // A process that says "." stands in the new root; the mount it stands on is the newest that is not the root.
  const there =
    newRoot === '.' ? mounts.at(-1) : mounts.findLast(({ at }) => at === posix.resolve('/', newRoot))
  if (!there)
    return {
      because: `${newRoot} is no mount point`,
      remedy: `bind it onto itself first: mount --rbind ${newRoot} ${newRoot}`,
    }
  const parent = mounts.find(({ id }) => id === there.parent)
  if (parent?.shared) return { because: 'the parent mount of the new root is shared', ...makePrivate }
  if (root.shared) return { because: 'the current root is a shared mount', ...makePrivate }
  if (newRoot !== '.' && !`${posix.resolve('/', putOld)}/`.startsWith(newRoot === '/' ? '/' : `${there.at}/`))
    return { because: `${putOld} is not below ${newRoot}`, remedy: `make a directory in ${newRoot} for it` }
  return {
    because: `${newRoot} came from a more privileged user namespace and is locked to what it is mounted on, or the root file system is the initramfs`,
    remedy: `bind the whole tree somewhere first: mount --rbind ${newRoot} DIRECTORY`,
  }
}

// #region call
export const pivotRoot = verb<PivotRootArgs>({
  encode: ({ newRoot, putOld }) => ['pivotRoot', newRoot, putOld],
  say: ({ newRoot, putOld }) => `pivot_root(${quoted(newRoot)}, ${quoted(putOld)})`,
  shell: ({ newRoot, putOld }) => `pivot_root ${word(newRoot)} ${word(putOld)}`,
  causes: {
    EINVAL: refused,
    EBUSY: () => ({
      because: 'the new root, or the place for the old one, is on the mount that is the root now',
    }),
    EPERM: notPrivileged('CAP_SYS_ADMIN', 'the owner of this mount namespace'),
  },
})
// #endregion call
