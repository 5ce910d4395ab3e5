import { verb } from './verb.ts'

/** setresuid(2): the real, the effective and the saved one, so that there is no way back. */
export interface SetuidArgs {
  uid: number
}

// #region call
export const setuid = verb<SetuidArgs>({
  encode: ({ uid }) => ['setuid', uid],
  say: ({ uid }) => `setresuid(${uid}, ${uid}, ${uid})`,
  shell: ({ uid }) => `setpriv --reuid ${uid}`,
  causes: {
    EINVAL: ({ uid }) => ({ because: `uid ${uid} is not in the uid_map of this user namespace` }),
    EPERM: () => ({ because: 'CAP_SETUID is needed to become another user' }),
  },
})
// #endregion call
