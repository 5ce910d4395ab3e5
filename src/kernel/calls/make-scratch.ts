import { chownSync, mkdirSync } from 'node:fs'
import type { MappedIds } from '../as-root-of.ts'
import { quoted, verb, word } from './verb.ts'

/** mkdir(2) on the machine, of a directory that a container writes into and that goes when it ends. */
export interface MakeScratchArgs {
  at: string
  /** Those of the container: what its root leaves there may be nobody else's to remove. */
  ids?: MappedIds
  /** Whose it is; absent: ours. */
  owner?: { uid: number; gid: number }
}

// #region call
export const makeScratch = verb<MakeScratchArgs>({
  run: ({ at, owner }) => {
    mkdirSync(at, { mode: 0o755 })
    if (owner) chownSync(at, owner.uid, owner.gid)
  },
  undo: ({ at, ids }) => ({ do: 'removeTree', args: { at, ids } }),
  say: ({ at }) => `mkdir(${quoted(at)}, 0755)`,
  shell: ({ at, owner }) =>
    `mkdir ${word(at)}${owner ? ` && chown ${owner.uid}:${owner.gid} ${word(at)}` : ''}`,
  causes: {
    EACCES: ({ at }) => ({
      because: `this user may not write the directory that should hold ${at}`,
      remedy: 'an upper has to lie in a directory of your own: its work directory is made beside it',
    }),
    EROFS: ({ at }) => ({ because: `${at} would lie on a read-only mount` }),
  },
})
// #endregion call
