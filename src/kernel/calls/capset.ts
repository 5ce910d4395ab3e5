import { verb } from './verb.ts'

/** capset(2): three sets of capabilities, as bit masks of the numbers in capabilities(7). */
export interface CapsetArgs {
  effective: number
  permitted: number
  inheritable: number
}

const hex = (set: number) => `0x${set.toString(16)}`

// #region call
export const capset = verb<CapsetArgs>({
  encode: ({ effective, permitted, inheritable }) => ['capset', effective, permitted, inheritable],
  say: ({ effective, permitted, inheritable }) =>
    `capset({effective ${hex(effective)}, permitted ${hex(permitted)}, inheritable ${hex(inheritable)}})`,
  shell: ({ permitted }) => `setpriv --inh-caps -all # and keep ${hex(permitted)}`,
  causes: {
    EPERM: () => ({ because: 'a capability can be given away, never taken: one of these is not permitted' }),
  },
})
// #endregion call
