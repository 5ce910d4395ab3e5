import type { Box } from './box.ts'
import { dev } from './dev.ts'
import { type Call, call, type Piece } from './piece.ts'

/** A /proc shows the PID namespace of whoever mounted it: with a namespace of its own it needs a mount of its own. */
function proc({ namespaces }: Box, at: string): Call[] {
  const fresh = { from: 'proc', to: at, type: 'proc', flags: ['nosuid', 'nodev', 'noexec'] as const }
  if (namespaces.includes('pid'))
    return [
      call(
        'furnish',
        'mount',
        { ...fresh, flags: [...fresh.flags] },
        'proc shows the PID namespace of whoever mounts it',
      ),
    ]
  if (at === '/proc') return []
  return [
    call(
      'furnish',
      'mount',
      { from: '/proc', to: at, flags: ['bind', 'rec'] },
      'no PID namespace of its own: the /proc there is',
    ),
  ]
}

/** A /sys shows one network namespace's links, so it follows the same rule. */
function sys({ namespaces }: Box, at: string): Call[] {
  if (namespaces.includes('net'))
    return [
      call(
        'furnish',
        'mount',
        { from: 'sysfs', to: at, type: 'sysfs', flags: ['ro', 'nosuid', 'nodev', 'noexec'] },
        'sysfs belongs to a network namespace',
      ),
    ]
  if (at === '/sys') return []
  return [
    call(
      'furnish',
      'mount',
      { from: '/sys', to: at, flags: ['bind', 'rec'] },
      'no network namespace of its own: the /sys there is',
    ),
    call('furnish', 'mountSetattr', { at, rec: true }, 'to look at, not to change'),
  ]
}

// #region piece
/** A tree of mounts of its own, and where asked a root of its own. See mount_namespaces(7) and pivot_root(2). */
export const mnt: Piece = {
  name: 'mnt',
  lesson: 'mnt',
  summary: 'mounts of its own, and a root of its own',
  namespace: 'mnt',
  calls: (box) => {
    const part = call(
      'part',
      'mount',
      { to: '/', flags: ['rec', 'private'] },
      'or every mount could reach the host’s tree',
    )
    if (box.root === '/') return [part, ...proc(box, '/proc'), ...sys(box, '/sys')]
    return [
      part,
      call(
        'root',
        'mount',
        { from: box.root, to: box.root, flags: ['bind', 'rec'] },
        'pivot_root wants a mount point',
      ),
      call('root', 'chdir', { to: box.root }, 'from here on, paths are relative to the new root'),
      ...proc(box, 'proc'),
      ...sys(box, 'sys'),
      ...dev(box),
      call('pivot', 'pivotRoot', { newRoot: '.', putOld: '.' }, 'the old root lands on top of the new one …'),
      call('pivot', 'umount', { at: '.', detach: true }, '… and goes: nothing is left to escape to'),
      call('pivot', 'chdir', { to: '/' }, 'stand in the new root'),
    ]
  },
}
// #endregion piece
