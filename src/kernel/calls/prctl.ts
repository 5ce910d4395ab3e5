import { verb } from './verb.ts'

/** prctl(2), for what has no call of its own. */
export interface PrctlArgs {
  option: keyof typeof options
  value?: number
}

const options = {
  PR_SET_KEEPCAPS: 8,
  PR_CAPBSET_DROP: 24,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_SET_NO_NEW_PRIVS: 38,
} as const

// #region call
export const prctl = verb<PrctlArgs>({
  encode: ({ option, value = 1 }) => ['prctl', options[option], value, 0, 0, 0],
  say: ({ option, value = 1 }) => `prctl(${option}, ${value})`,
  shell: ({ option, value = 1 }) =>
    option === 'PR_SET_NO_NEW_PRIVS' ? 'setpriv --no-new-privs' : `# prctl(${option}, ${value})`,
  causes: {
    EPERM: ({ option }) => ({ because: `${option} needs a capability that the process does not have` }),
  },
})
// #endregion call
