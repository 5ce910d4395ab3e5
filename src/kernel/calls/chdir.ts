import { quoted, verb, word } from './verb.ts'

/** chdir(2), or fchdir(2) to a directory that was opened before. */
export interface ChdirArgs {
  to: string | { fd: number; path: string }
}

// #region call
export const chdir = verb<ChdirArgs>({
  encode: ({ to }) => (typeof to === 'string' ? ['chdir', to] : ['fchdir', to.fd]),
  say: ({ to }) => (typeof to === 'string' ? `chdir(${quoted(to)})` : `fchdir(${to.fd} = ${to.path})`),
  shell: ({ to }) => `cd ${word(typeof to === 'string' ? to : to.path)}`,
  causes: {
    ENOENT: ({ to }) => ({ because: `${typeof to === 'string' ? to : to.path} is not there (any more)` }),
    ENOTDIR: ({ to }) => ({ because: `${typeof to === 'string' ? to : to.path} is not a directory` }),
    EACCES: ({ to }) => ({
      because: `the user may not enter ${typeof to === 'string' ? to : to.path}, or a directory on the way`,
    }),
  },
})
// #endregion call
