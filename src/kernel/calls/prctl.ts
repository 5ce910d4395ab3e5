import { capabilityName } from '../capabilities.ts'
import { verb } from './verb.ts'

/** prctl(2), for what has no call of its own. */
export interface PrctlArgs {
  option: keyof typeof options
  value?: number
}

interface Option {
  number: number
  shell(value: number): string
}

const options = {
  PR_SET_KEEPCAPS: { number: 8, shell: (value) => `capsh --keep=${value}` },
  PR_CAPBSET_DROP: {
    number: 24,
    // setpriv leaves out the prefix, but for numbers it has no name for.
    shell: (value) => {
      const name = capabilityName(value).toLowerCase()
      return `setpriv --bounding-set=-${/\d$/.test(name) ? name : name.slice('cap_'.length)}`
    },
  },
  PR_SET_CHILD_SUBREAPER: {
    number: 36,
    shell: (value) =>
      `# prctl(PR_SET_CHILD_SUBREAPER, ${value}): no command of util-linux does it, and one that marked itself and ended would have marked nobody`,
  },
  PR_SET_NO_NEW_PRIVS: { number: 38, shell: () => 'setpriv --no-new-privs' },
} as const satisfies Record<string, Option>

// #region call
export const prctl = verb<PrctlArgs>({
  encode: ({ option, value = 1 }) => ['prctl', options[option].number, value, 0, 0, 0],
  say: ({ option, value = 1 }) =>
    `prctl(${option}, ${option === 'PR_CAPBSET_DROP' ? capabilityName(value) : value})`,
  shell: ({ option, value = 1 }) => options[option].shell(value),
  causes: {
    EPERM: ({ option }) => ({ because: `${option} needs a capability that the process does not have` }),
  },
})
// #endregion call
