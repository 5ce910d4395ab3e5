import { quoted, verb, word } from './verb.ts'

/** open(2) of the directory that will be the root: paths in it are found through this descriptor. */
export interface OpenRootArgs {
  at: string
}

// #region call
export const openRoot = verb<OpenRootArgs>({
  encode: ({ at }) => ['openRoot', at],
  say: ({ at }) => `open(${quoted(at)}, O_PATH | O_DIRECTORY)`,
  shell: ({ at }) => `ROOT=${word(at)}`,
  causes: {
    ENOENT: ({ at }) => ({ because: `the root file system ${at} is not there` }),
    ENOTDIR: ({ at }) => ({ because: `${at} is not a directory` }),
    EACCES: ({ at }) => ({
      because: `the container's root user may not enter ${at}, or a directory on the way`,
      remedy: 'put the root file system where everybody may go, or leave out the piece user',
    }),
  },
})
// #endregion call
