import type { Box } from './box.ts'
import { type Call, call } from './piece.ts'

const nodes = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
const links = { ptmx: 'pts/ptmx', fd: '/proc/self/fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2' }

/** A small /dev, relative to the new root: the nodes every program expects, and terminals of its own. */
export function dev({ namespaces }: Box): Call[] {
  return [
    call(
      'furnish',
      'mount',
      { from: 'dev', to: 'dev', type: 'tmpfs', flags: ['nosuid'], data: 'mode=755,size=64k' },
      'a /dev of its own',
    ),
    ...nodes.flatMap((name) => [
      call('furnish', 'write', { at: `dev/${name}`, text: '', create: 0o644 }, 'a place to put the node'),
      call(
        'furnish',
        'mount',
        { from: `/dev/${name}`, to: `dev/${name}`, flags: ['bind'] },
        'mknod is refused in a user namespace',
      ),
    ]),
    ...Object.entries(links).map(([name, to]) =>
      call('furnish', 'symlink', { at: `dev/${name}`, to }, 'where programs look for it'),
    ),
    call('furnish', 'mkdir', { at: 'dev/pts' }, 'a place for terminals'),
    call(
      'furnish',
      'mount',
      {
        from: 'devpts',
        to: 'dev/pts',
        type: 'devpts',
        flags: ['nosuid', 'noexec'],
        data: 'newinstance,ptmxmode=0666,mode=0620',
      },
      'terminals of its own',
    ),
    call('furnish', 'mkdir', { at: 'dev/shm' }, 'a place for shared memory'),
    call(
      'furnish',
      'mount',
      { from: 'shm', to: 'dev/shm', type: 'tmpfs', data: 'mode=1777,size=64m', flags: ['nosuid', 'nodev', 'noexec'] },
      'POSIX shared memory is files in here',
    ),
    ...(namespaces.includes('ipc')
      ? [
          call('furnish', 'mkdir', { at: 'dev/mqueue' }, 'a place for message queues'),
          call(
            'furnish',
            'mount',
            { from: 'mqueue', to: 'dev/mqueue', type: 'mqueue', flags: ['nosuid', 'nodev', 'noexec'] },
            'mqueue shows the IPC namespace of whoever mounts it',
          ),
        ]
      : []),
  ]
}
