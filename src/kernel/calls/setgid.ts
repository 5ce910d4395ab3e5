import { verb } from './verb.ts'

/** setresgid(2): the real, the effective and the saved one, so that there is no way back. */
export interface SetgidArgs {
  gid: number
}

// #region call
export const setgid = verb<SetgidArgs>({
  encode: ({ gid }) => ['setgid', gid],
  say: ({ gid }) => `setresgid(${gid}, ${gid}, ${gid})`,
  shell: ({ gid }) => `setpriv --regid ${gid}`,
  causes: {
    EINVAL: ({ gid }) => ({ because: `gid ${gid} is not in the gid_map of this user namespace` }),
    EPERM: () => ({ because: 'CAP_SETGID is needed to become another group' }),
  },
})
// #endregion call
