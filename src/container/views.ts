import type { MountFlag, Path } from '../kernel/index.ts'
import type { Box } from './box.ts'
import { type Call, call } from './piece.ts'

// /proc and /sys are views: each shows one namespace, that of whoever mounted it.

const careful: MountFlag[] = ['nosuid', 'nodev', 'noexec']

/** A path of the container: in the new root where there is one. A link on the way is refused: it may lead anywhere. */
const inside = ({ root }: Box, path: string): Path => (root === '/' ? `/${path}` : { exact: path })

/** A /proc shows the PID namespace of whoever mounted it: with a namespace of its own it needs a mount of its own. */
export function proc(box: Box): Call[] {
  const to = inside(box, 'proc')
  if (box.namespaces.includes('pid'))
    return [
      call(
        'furnish',
        'mount',
        { from: 'proc', to, type: 'proc', flags: careful },
        'proc shows the PID namespace of whoever mounts it',
      ),
      ...masked(box, 'proc/'),
    ]
  const bind: MountFlag[] = ['bind', 'rec']
  const there =
    box.root === '/'
      ? []
      : [
          call(
            'furnish',
            'mount',
            { from: '/proc', to, flags: bind },
            'no PID namespace of its own: the host’s /proc, bound',
          ),
        ]
  return [...there, ...masked(box, 'proc/')]
}

/** A /sys shows the links of one network namespace, so it follows the same rule. */
export function sys(box: Box): Call[] {
  const to = inside(box, 'sys')
  if (box.namespaces.includes('net') || box.join?.namespaces.includes('net'))
    return [
      call(
        'furnish',
        'mount',
        { from: 'sysfs', to, type: 'sysfs', flags: ['ro', ...careful] },
        'sysfs belongs to a network namespace',
      ),
      ...masked(box, 'sys/'),
    ]
  if (box.root === '/') return masked(box, 'sys/')
  return [
    call(
      'furnish',
      'mount',
      { from: '/sys', to, flags: ['bind', 'rec'] },
      'no network namespace of its own: the host’s /sys, bound',
    ),
    call('furnish', 'mountSetattr', { at: to, rec: true }, 'to look at, not to change'),
    ...masked(box, 'sys/'),
  ]
}

/** What belongs to the whole machine is hidden below an empty file or directory, or made read-only. */
function masked(box: Box, below: string): Call[] {
  const { hide = [], freeze = [] } = box.masks ?? {}
  const why = 'it tells about the whole machine'
  return [
    ...hide
      .filter(({ path }) => path.startsWith(below))
      .map(({ path, directory }) => {
        const to = inside(box, path)
        return directory
          ? call(
              'furnish',
              'mount',
              { from: 'tmpfs', to, type: 'tmpfs', flags: ['ro'], data: 'size=0k,nr_inodes=1' },
              why,
            )
          : call('furnish', 'mount', { from: '/dev/null', to, flags: ['bind'] }, why)
      }),
    ...freeze
      .filter((path) => path.startsWith(below))
      .flatMap((path) => [
        call(
          'furnish',
          'mount',
          { from: inside(box, path), to: inside(box, path), flags: ['bind', 'rec'] },
          'a mount of its own, so that it …',
        ),
        call(
          'furnish',
          'mountSetattr',
          { at: inside(box, path), rec: true },
          '… can be read-only: it steers the whole machine',
        ),
      ]),
  ]
}
