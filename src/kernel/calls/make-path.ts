import { quoted, verb, word } from './verb.ts'

/** mkdirat(2) for every directory of a path in the new root that is not there; at its end a directory or an empty file. */
export interface MakePathArgs {
  /** In the new root. */
  at: string
  directory: boolean
}

// #region call
export const makePath = verb<MakePathArgs>({
  encode: ({ at, directory }) => ['makePath', at, directory ? 1 : 0],
  say: ({ at, directory }) =>
    `${directory ? 'mkdirat' : 'openat'}(root, ${quoted(at)}${directory ? '' : ', O_CREAT'})`,
  shell: ({ at, directory }) =>
    directory
      ? `mkdir -p "$ROOT"/${word(at)}`
      : `mkdir -p "$(dirname "$ROOT"/${word(at)})" && touch "$ROOT"/${word(at)}`,
  causes: {
    ENOENT: ({ at }) => ({ because: `a link on the way to /${at} points to nothing in the container` }),
    ELOOP: ({ at }) => ({
      because: `links on the way to /${at} lead in a circle, or through /proc to another process`,
    }),
    EROFS: ({ at }) => ({ because: `/${at} is not in the root file system, which cannot be written` }),
    EACCES: ({ at }) => ({
      because: `/${at} is not in the root file system, and the container's root may not make it there`,
    }),
    ENOTDIR: ({ at }) => ({ because: `something on the way to /${at} is not a directory` }),
    EOVERFLOW: () => ({
      because: 'the root file system belongs to a user namespace that does not know our user',
    }),
  },
})
// #endregion call
