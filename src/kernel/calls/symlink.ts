import { quoted, verb, word } from './verb.ts'

/** symlink(2). */
export interface SymlinkArgs {
  at: string
  to: string
}

// #region call
export const symlink = verb<SymlinkArgs>({
  encode: ({ at, to }) => ['symlink', to, at],
  say: ({ at, to }) => `symlink(${quoted(to)}, ${quoted(at)})`,
  shell: ({ at, to }) => `ln -s ${word(to)} ${word(at)}`,
  causes: {
    EEXIST: ({ at }) => ({ because: `${at} is there already` }),
    ENOENT: ({ at }) => ({ because: `the directory that should hold ${at} is not there` }),
  },
})
// #endregion call
