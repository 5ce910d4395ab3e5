import { mkdirSync } from 'node:fs'
import type { MappedIds } from '../as-root-of.ts'
import { quoted, verb, word } from './verb.ts'

/** mkdir(2) on the machine, for the work directory of an overlay. */
export interface MakeWorkArgs {
  at: string
  /** Those of the container: the kernel leaves things in it that belong to its root alone. */
  ids?: MappedIds
}

// #region call
export const makeWork = verb<MakeWorkArgs>({
  run: ({ at }) => mkdirSync(at, { mode: 0o755 }),
  undo: ({ at, ids }) => ({ do: 'removeTree', args: { at, ids } }),
  say: ({ at }) => `mkdir(${quoted(at)}, 0755)`,
  shell: ({ at }) => `mkdir ${word(at)}`,
  causes: {
    EACCES: ({ at }) => ({
      because: `this user may not write the directory that should hold ${at}, which has to lie beside the upper`,
      remedy: 'take an upper in a directory of your own',
    }),
    EROFS: ({ at }) => ({ because: `${at} would lie on a read-only mount` }),
  },
})
// #endregion call
