import type { IdMap } from './box.ts'
import { call, type Piece } from './piece.ts'

const map = (ranges: IdMap[]) =>
  ranges.map(({ inside, outside, count }) => `${inside} ${outside} ${count}\n`).join('')

// #region piece
/**
 * Users of its own: root inside is somebody ordinary outside. The maps are written by whoever stands beside the
 * child, once, and until then the child is nobody. See user_namespaces(7).
 */
export const user: Piece = {
  name: 'user',
  lesson: 'user',
  summary: 'ids of its own: root inside is an ordinary user outside',
  namespace: 'user',
  outside: ({ ids }) => ids?.by === 'newuidmap',
  calls: ({ ids }) => {
    if (!ids) return []
    const { uid, gid, denySetgroups, by } = ids
    const write = (kind: 'uid' | 'gid', ranges: IdMap[], why: string) =>
      by === 'us'
        ? call('admit', 'writeOfChild', { file: `${kind}_map`, text: map(ranges) }, why)
        : call('admit', 'newIdMap', { kind, ranges }, `${why}; granted in /etc/sub${kind}`)
    const deny = { file: 'setgroups', text: 'deny' } as const
    return [
      ...(denySetgroups
        ? [call('admit', 'writeOfChild', deny, 'or one could drop a group that takes rights away')]
        : []),
      write('gid', gid, 'which groups outside its groups are'),
      write('uid', uid, 'which users outside its users are'),
      ...(denySetgroups
        ? []
        : [call('become', 'setgroups', { groups: [] }, 'the groups we came with mean nothing here')]),
      call('become', 'setgid', { gid: 0 }, 'until now it was nobody'),
      call('become', 'setuid', { uid: 0 }, 'until now it was nobody'),
    ]
  },
}
// #endregion piece
