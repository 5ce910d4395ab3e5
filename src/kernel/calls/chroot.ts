import { notPrivileged, quoted, verb, word } from './verb.ts'

/** chroot(2): `/` means `to` from now on, for this process and those it makes. */
export interface ChrootArgs {
  to: string
}

// #region call
export const chroot = verb<ChrootArgs>({
  encode: ({ to }) => ['chroot', to],
  say: ({ to }) => `chroot(${quoted(to)})`,
  shell: ({ to }) => `chroot ${word(to)}`,
  causes: {
    ENOENT: ({ to }) => ({ because: `${to} is not there` }),
    ENOTDIR: ({ to }) => ({ because: `${to} is not a directory` }),
    EPERM: notPrivileged('CAP_SYS_CHROOT', 'its user namespace'),
  },
})
// #endregion call
