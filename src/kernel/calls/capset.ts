import { capabilityName } from '../capabilities.ts'
import { verb, word } from './verb.ts'

/** capset(2): three sets of capabilities, as bit masks of the numbers in capabilities(7). */
export interface CapsetArgs {
  effective: number
  permitted: number
  inheritable: number
}

const hex = (set: number) => `0x${set.toString(16)}`

/** The three sets as cap_from_text(3) reads them: `cap_chown=ep cap_kill=p`; `=` is none at all. */
function asText({ effective, inheritable, permitted }: CapsetArgs): string {
  const namesOf = new Map<string, string[]>()
  const sets = Object.entries({ e: effective, i: inheritable, p: permitted })
  for (let bit = 0; sets.some(([, set]) => BigInt(set) >> BigInt(bit)); bit++) {
    const letters = sets
      .flatMap(([letter, set]) => ((BigInt(set) >> BigInt(bit)) & 1n ? [letter] : []))
      .join('')
    if (letters) namesOf.set(letters, [...(namesOf.get(letters) ?? []), capabilityName(bit).toLowerCase()])
  }
  return [...namesOf].map(([letters, names]) => `${names.join(',')}=${letters}`).join(' ') || '='
}

// #region call
export const capset = verb<CapsetArgs>({
  encode: ({ effective, permitted, inheritable }) => ['capset', effective, permitted, inheritable],
  say: ({ effective, permitted, inheritable }) =>
    `capset({effective ${hex(effective)}, permitted ${hex(permitted)}, inheritable ${hex(inheritable)}})`,
  // Of util-linux, setpriv sets only what an exec reckons with (inheritable, ambient, bounding); capsh is of libcap.
  shell: (sets) => `capsh --caps=${word(asText(sets))}`,
  causes: {
    EPERM: () => ({ because: 'a capability can be given away, never taken: one of these is not permitted' }),
  },
})
// #endregion call
