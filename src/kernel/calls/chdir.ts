import { type Path, plain, sayPath, shellPath } from './path.ts'
import { verb, word } from './verb.ts'

/** chdir(2), or fchdir(2) to a directory that was opened before. */
export interface ChdirArgs {
  to: Path | { fd: number; path: string }
}

const isOpen = (to: ChdirArgs['to']): to is { fd: number; path: string } =>
  typeof to === 'object' && 'fd' in to
const name = ({ to }: ChdirArgs) => (isOpen(to) ? to.path : plain(to))

// #region call
export const chdir = verb<ChdirArgs>({
  encode: ({ to }) => (isOpen(to) ? ['fchdir', to.fd] : ['chdir', to]),
  say: ({ to }) => (isOpen(to) ? `fchdir(${to.fd} = ${to.path})` : `chdir(${sayPath(to)})`),
  shell: ({ to }) => `cd ${isOpen(to) ? word(to.path) : shellPath(to)}`,
  causes: {
    ENOENT: (args) => ({ because: `${name(args)} is not there (any more)` }),
    ENOTDIR: (args) => ({ because: `${name(args)} is not a directory` }),
    EACCES: (args) => ({ because: `the user may not enter ${name(args)}, or a directory on the way` }),
  },
})
// #endregion call
