import { type Namespace, namespaceBits, namespaceNames } from '../flags.ts'
import { verb } from './verb.ts'

/**
 * clone(2) from inside the child: a new process goes on from here, in new namespaces; the old one makes the next
 * `beside` calls for it and ends. With no namespaces it is the second fork that entering a PID namespace takes.
 */
export interface CloneArgs {
  namespaces: Namespace[]
  beside: number
}

// #region call
export const clone = verb<CloneArgs>({
  encode: ({ namespaces, beside }) => ['clone', namespaceBits(namespaces), beside],
  say: ({ namespaces }) => (namespaces.length ? `clone(${namespaceNames(namespaces)})` : 'fork()'),
  shell: ({ namespaces }) =>
    `unshare ${namespaces.map((kind) => `--${kind === 'mnt' ? 'mount' : kind}`).join(' ')} --fork`,
  causes: {
    EINVAL: () => ({
      because: 'a process that joined a PID namespace must fork before it can make another one',
    }),
    ENOSPC: () => ({
      because: 'the limit of namespaces is reached',
      remedy: 'look at /proc/sys/user/max_*_namespaces',
    }),
  },
})
// #endregion call
