import { type Namespace, namespaceBits, namespaceNames } from '../flags.ts'
import { notPrivileged, verb } from './verb.ts'

/** unshare(2): new namespaces for this process; a new PID namespace only for its children. */
export interface UnshareArgs {
  namespaces: Namespace[]
}

// #region call
export const unshare = verb<UnshareArgs>({
  encode: ({ namespaces }) => ['unshare', namespaceBits(namespaces)],
  say: ({ namespaces }) => `unshare(${namespaceNames(namespaces)})`,
  shell: ({ namespaces }) =>
    `unshare ${namespaces.map((kind) => `--${kind === 'mnt' ? 'mount' : kind}`).join(' ')}`,
  causes: {
    EPERM: notPrivileged('CAP_SYS_ADMIN', 'its user namespace'),
    ENOSPC: () => ({
      because: 'the limit of namespaces is reached',
      remedy: 'look at /proc/sys/user/max_*_namespaces',
    }),
  },
})
// #endregion call
