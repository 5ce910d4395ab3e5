import { type Path, plain, sayPath, shellPath } from './path.ts'
import { notPrivileged, verb } from './verb.ts'

/** umount2(2); `detach` lets it go when its last user does. */
export interface UmountArgs {
  at: Path
  detach?: boolean
}

// #region call
export const umount = verb<UmountArgs>({
  encode: ({ at, detach }) => ['umount', at, detach ? 2 : 0],
  say: ({ at, detach }) => `umount2(${sayPath(at)}, ${detach ? 'MNT_DETACH' : '0'})`,
  shell: ({ at, detach }) => `umount ${detach ? '-l ' : ''}${shellPath(at)}`,
  causes: {
    EINVAL: ({ at }) => ({
      because: `${plain(at)} is no mount point, or it came from a more privileged user namespace and is locked here`,
    }),
    EBUSY: ({ at }) => ({
      because: `something still uses ${plain(at)}`,
      remedy: `let it go lazily: umount -l ${plain(at)}`,
    }),
    EPERM: notPrivileged('CAP_SYS_ADMIN', 'the owner of this mount namespace'),
  },
})
// #endregion call
