import type { Piece } from './piece.ts'

// #region piece
/** System V objects and POSIX message queues of its own. See ipc_namespaces(7). */
export const ipc: Piece = {
  name: 'ipc',
  lesson: 'ipc',
  summary: 'shared memory, semaphores and message queues of its own',
  namespace: 'ipc',
  calls: () => [],
}
// #endregion piece
