import { type Namespace, namespaceBits, namespaceNames } from '../flags.ts'
import { notPrivileged, verb } from './verb.ts'

/** setns(2) with a pidfd: joins the named namespaces of another process, all or none. */
export interface SetnsArgs {
  fd: number
  pid: number
  namespaces: Namespace[]
}

// #region call
export const setns = verb<SetnsArgs>({
  encode: ({ fd, namespaces }) => ['setns', fd, namespaceBits(namespaces)],
  say: ({ pid, namespaces }) => `setns(pidfd of ${pid}, ${namespaceNames(namespaces)})`,
  shell: ({ pid, namespaces }) =>
    `nsenter --target ${pid} ${namespaces.map((kind) => `--${kind === 'mnt' ? 'mount' : kind}`).join(' ')}`,
  causes: {
    EPERM: notPrivileged('CAP_SYS_ADMIN', 'the namespaces that are joined'),
    ESRCH: ({ pid }) => ({ because: `process ${pid} is gone` }),
  },
})
// #endregion call
