import { rmSync } from 'node:fs'
import { quoted, verb, word } from './verb.ts'

/** rm -r on the machine, for a directory that was being made. That it is gone already is no error. */
export interface RemoveTreeArgs {
  at: string
}

// #region call
export const removeTree = verb<RemoveTreeArgs>({
  run: ({ at }) => rmSync(at, { recursive: true, force: true }),
  say: ({ at }) => `removing ${quoted(at)}`,
  shell: ({ at }) => `rm -rf ${word(at)}`,
})
// #endregion call
