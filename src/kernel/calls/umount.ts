import { notPrivileged, quoted, verb, word } from './verb.ts'

/** umount2(2); `detach` lets it go when its last user does. */
export interface UmountArgs {
  at: string
  detach?: boolean
}

// #region call
export const umount = verb<UmountArgs>({
  encode: ({ at, detach }) => ['umount', at, detach ? 2 : 0],
  say: ({ at, detach }) => `umount2(${quoted(at)}, ${detach ? 'MNT_DETACH' : '0'})`,
  shell: ({ at, detach }) => `umount ${detach ? '-l ' : ''}${word(at)}`,
  causes: {
    EINVAL: ({ at }) => ({
      because: `${at} is no mount point, or it came from a more privileged user namespace and is locked here`,
    }),
    EBUSY: ({ at }) => ({
      because: `something still uses ${at}`,
      remedy: `let it go lazily: umount -l ${at}`,
    }),
    EPERM: notPrivileged('CAP_SYS_ADMIN', 'the owner of this mount namespace'),
  },
})
// #endregion call
