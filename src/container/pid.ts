import type { Piece } from './piece.ts'

// #region piece
/**
 * Process numbers of its own. Nothing has to be called: the one flag CLONE_NEWPID makes the child process 1, and the
 * namespace lives exactly as long as it does. See pid_namespaces(7).
 */
export const pid: Piece = {
  name: 'pid',
  lesson: 'pid',
  summary: 'process numbers of its own; the program is process 1',
  namespace: 'pid',
  calls: () => [],
}
// #endregion piece
