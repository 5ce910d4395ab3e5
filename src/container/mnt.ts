import { assembled } from './assembled.ts'
import type { Box } from './box.ts'
import { dev, terminals } from './dev.ts'
import { layered, ownFiles } from './overlay.ts'
import { type Call, call, type Piece } from './piece.ts'
import { proc, sys } from './views.ts'
import { volumes } from './volumes.ts'

// #region piece
/** A tree of mounts of its own, and where asked a root of its own. See mount_namespaces(7) and pivot_root(2). */
export const mnt: Piece = {
  name: 'mnt',
  lesson: 'mnt',
  summary: 'mounts of its own, and a root of its own',
  namespace: 'mnt',
  outside: ({ layers }) => layers?.upper !== undefined,
  calls: (box) => [
    call(
      'part',
      'mount',
      { to: '/', flags: ['rec', 'private'] },
      'or every mount could reach the host’s tree',
    ),
    ...(box.root === '/' ? [...proc(box), ...sys(box), ...terminals(box), ...volumes(box)] : ownRoot(box)),
    ...(box.readOnly
      ? [call('settle', 'mountSetattr', { at: '/' }, 'its files are to read, not to write')]
      : []),
  ],
}

function ownRoot(box: Box): Call[] {
  const { root, lacks = [], parts, layers } = box
  return [
    ...(layers ? layered(layers) : parts ? assembled(root, parts) : bound(root)),
    ...lacks.map((at) =>
      call('furnish', 'makePath', { at, directory: true }, 'a mount point it does not have'),
    ),
    ...proc(box),
    ...sys(box),
    ...dev(box),
    ...ownFiles(box),
    ...volumes(box),
    call('pivot', 'chdir', { to: { exact: '.' } }, 'stand in the new root'),
    call('pivot', 'pivotRoot', { newRoot: '.', putOld: '.' }, 'the old root lands on top of the new one …'),
    call('pivot', 'umount', { at: '.', detach: true }, '… and goes: nothing is left to escape to'),
    call('pivot', 'chdir', { to: '/' }, 'the new root is the root'),
  ]
}

function bound(root: string): Call[] {
  return [
    call('root', 'mount', { from: root, to: root, flags: ['bind', 'rec'] }, 'pivot_root wants a mount point'),
    call('root', 'openRoot', { at: root }, 'paths inside are found from here, and no link leads out'),
  ]
}
// #endregion piece
