import { type Path, plain, sayPath, shellPath } from './path.ts'
import { quoted, verb, word } from './verb.ts'

/** symlink(2). */
export interface SymlinkArgs {
  at: Path
  to: string
}

// #region call
export const symlink = verb<SymlinkArgs>({
  encode: ({ at, to }) => ['symlink', to, at],
  say: ({ at, to }) => `symlink(${quoted(to)}, ${sayPath(at)})`,
  shell: ({ at, to }) => `ln -s ${word(to)} ${shellPath(at)}`,
  causes: {
    EEXIST: ({ at }) => ({ because: `${plain(at)} is there already` }),
    ENOENT: ({ at }) => ({ because: `the directory that should hold ${plain(at)} is not there` }),
  },
})
// #endregion call
