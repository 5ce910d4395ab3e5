import { call, type Piece } from './piece.ts'

// #region piece
/** `--user`: the program runs as somebody who is not root in the container either. See credentials(7). */
export const runAs: Piece = {
  name: 'run-as',
  lesson: 'user',
  summary: 'the program is not root, inside either',
  calls: ({ user, ids }) =>
    user
      ? [
          ...(ids?.denySetgroups
            ? []
            : [call('drop', 'setgroups', { groups: user.groups }, 'root’s groups go first, while it may')]),
          call('drop', 'setgid', { gid: user.gid }, 'then the group …'),
          call('drop', 'setuid', { uid: user.uid }, '… and at last the user; its capabilities go with it'),
        ]
      : [],
}
// #endregion piece
