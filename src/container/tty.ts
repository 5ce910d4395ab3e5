import { call, type Piece } from './piece.ts'

// #region piece
/** A terminal of the container's own: from its devpts, and the one that controls its session. See pty(7). */
export const tty: Piece = {
  name: 'tty',
  lesson: 'mnt',
  summary: 'a terminal from its own devpts',
  calls: ({ terminal }) =>
    terminal
      ? [
          call('drop', 'setsid', {}, 'a terminal belongs to a session'),
          call(
            'drop',
            'openTerminal',
            { ptmx: '/dev/ptmx', ...terminal },
            'opened by the user who will own it',
          ),
        ]
      : [],
}
// #endregion piece
