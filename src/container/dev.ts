import type { Box } from './box.ts'
import { type Call, call } from './piece.ts'

const nodes = ['null', 'zero', 'full', 'random', 'urandom', 'tty']
const links = { ptmx: 'pts/ptmx', fd: '/proc/self/fd', stdin: 'fd/0', stdout: 'fd/1', stderr: 'fd/2' }

/** A small /dev in the new root: the nodes every program expects, and terminals of its own. */
export function dev({ namespaces, mqueue, devices = [] }: Box): Call[] {
  return [
    call(
      'furnish',
      'mount',
      { from: 'dev', to: { exact: 'dev' }, type: 'tmpfs', flags: ['nosuid'], data: 'mode=755,size=64k' },
      'a /dev of its own',
    ),
    ...nodes.flatMap((name) => [
      call(
        'furnish',
        'write',
        { at: { entry: `dev/${name}` }, text: '', create: 0o644 },
        'a place to put the node',
      ),
      call(
        'furnish',
        'mount',
        { from: `/dev/${name}`, to: { exact: `dev/${name}` }, flags: ['bind'] },
        'the host’s node: mknod is refused in a user namespace',
      ),
    ]),
    ...Object.entries(links).map(([name, to]) =>
      call('furnish', 'symlink', { at: { entry: `dev/${name}` }, to }, 'where programs look for it'),
    ),
    ...fileSystem('dev/pts', 'devpts', 'newinstance,ptmxmode=0666,mode=0620', 'terminals of its own'),
    ...fileSystem('dev/shm', 'tmpfs', 'mode=1777,size=64m', 'POSIX shared memory is files in here'),
    ...(namespaces.includes('ipc')
      ? fileSystem('dev/mqueue', 'mqueue', undefined, 'mqueue shows the IPC namespace of whoever mounts it')
      : mqueue
        ? [
            call('furnish', 'mkdir', { at: { entry: 'dev/mqueue' } }, 'a place for it'),
            call(
              'furnish',
              'mount',
              { from: '/dev/mqueue', to: { exact: 'dev/mqueue' }, flags: ['bind'] },
              'no IPC namespace of its own: the host’s queues, bound',
            ),
          ]
        : []),
    ...devices.flatMap(({ from, to }) => [
      call('furnish', 'makePath', { at: to, directory: false }, 'a place for the device'),
      call('furnish', 'mount', { from, to: { target: to }, flags: ['bind'] }, 'asked for with --device'),
    ]),
  ]
}

/** With the root as it is, /dev is the host's; a terminal asked for comes from a devpts of its own all the same. */
export function terminals({ terminal }: Box): Call[] {
  if (!terminal) return []
  const data = 'newinstance,ptmxmode=0666,mode=0620'
  return [
    call(
      'furnish',
      'mount',
      { from: 'devpts', to: '/dev/pts', type: 'devpts', flags: ['nosuid', 'noexec'], data },
      'terminals of its own',
    ),
    call(
      'furnish',
      'mount',
      { from: '/dev/pts/ptmx', to: '/dev/ptmx', flags: ['bind'] },
      'where programs look for it',
    ),
  ]
}

function fileSystem(at: string, type: string, data: string | undefined, why: string): Call[] {
  return [
    call('furnish', 'mkdir', { at: { entry: at } }, 'a place for it'),
    call(
      'furnish',
      'mount',
      {
        from: type,
        to: { exact: at },
        type,
        flags: ['nosuid', 'noexec', ...(type === 'devpts' ? [] : (['nodev'] as const))],
        data,
      },
      why,
    ),
  ]
}
