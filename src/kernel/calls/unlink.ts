import { rmSync } from 'node:fs'
import { quoted, verb, word } from './verb.ts'

/** unlink(2) on the machine: what the ledger undoes a file with. That it is gone already is no error. */
export interface UnlinkArgs {
  at: string
}

// #region call
export const unlink = verb<UnlinkArgs>({
  run: ({ at }) => rmSync(at, { force: true }),
  say: ({ at }) => `unlink(${quoted(at)})`,
  shell: ({ at }) => `rm -f ${word(at)}`,
})
// #endregion call
