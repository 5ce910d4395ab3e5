import { call, type Piece } from './piece.ts'

// #region piece
/** `--workdir`: where the program starts. Entered as the user it runs as, who may not be let in everywhere. */
export const workdir: Piece = {
  name: 'workdir',
  lesson: 'process',
  summary: 'the directory it starts in',
  calls: ({ cwd }) => (cwd ? [call('drop', 'chdir', { to: cwd }, 'where the program starts')] : []),
}
// #endregion piece
