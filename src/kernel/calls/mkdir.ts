import { type Path, plain, sayPath, shellPath } from './path.ts'
import { verb } from './verb.ts'

/** mkdir(2). */
export interface MkdirArgs {
  at: Path
  mode?: number
}

// #region call
export const mkdir = verb<MkdirArgs>({
  encode: ({ at, mode = 0o755 }) => ['mkdir', at, mode],
  say: ({ at, mode = 0o755 }) => `mkdir(${sayPath(at)}, 0${mode.toString(8)})`,
  shell: ({ at, mode = 0o755 }) => `mkdir -m ${mode.toString(8)} ${shellPath(at)}`,
  causes: {
    EEXIST: ({ at }) => ({ because: `${plain(at)} is there already` }),
    ENOENT: ({ at }) => ({ because: `the directory that should hold ${plain(at)} is not there` }),
    EROFS: ({ at }) => ({ because: `${plain(at)} would lie on a read-only mount` }),
    EOVERFLOW: () => ({ because: 'the file system belongs to a user namespace that does not know our user' }),
  },
})
// #endregion call
