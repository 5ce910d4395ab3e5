import { basename } from 'node:path'
import type { Path } from '../../kernel/index.ts'
import type { Box } from '../box.ts'
import { type Call, call } from '../piece.ts'
import type { BoxGroups } from './version.ts'

const careful = ['nosuid', 'nodev', 'noexec'] as const

/**
 * /sys/fs/cgroup: the groups as the container sees them, its own at the top. Mounted anew, because a mount shows the
 * cgroup namespace of whoever mounts it. As docker's it is to look at; only a workbench may write.
 */
export function groupView({ root, volumes = [] }: Box, { groups, open }: BoxGroups): Call[] {
  // Whoever has put a directory of theirs over /sys is to see that one.
  if (volumes.some(({ to }) => 'sys/fs/cgroup/'.startsWith(`${to}/`))) return []
  const at = (...names: string[]): Path => {
    const path = ['sys/fs/cgroup', ...names].join('/')
    return root === '/' ? `/${path}` : { exact: path }
  }
  const entry = (name: string): Path =>
    root === '/' ? `/sys/fs/cgroup/${name}` : { entry: `sys/fs/cgroup/${name}` }
  const flags = [...(open ? [] : (['ro'] as const)), ...careful]
  const why = 'its own groups, with the one it is in at the top'
  const [first] = groups
  if (groups.length === 1 && first!.version === 2)
    return [call('furnish', 'mount', { from: 'cgroup', to: at(), type: 'cgroup2', flags }, why)]
  return [
    call(
      'furnish',
      'mount',
      { from: 'cgroup', to: at(), type: 'tmpfs', flags: [...careful], data: 'mode=755,size=64k' },
      'a directory for each hierarchy',
    ),
    ...groups.flatMap(({ version, controllers, mount }) => {
      const name = version === 2 ? 'unified' : basename(mount)
      const as = version === 2 ? { type: 'cgroup2' } : { type: 'cgroup', data: controllers.join(',') }
      return [
        call('furnish', 'mkdir', { at: entry(name) }, 'a place for it'),
        call('furnish', 'mount', { from: 'cgroup', to: at(name), flags, ...as }, why),
        // Controllers that share a hierarchy are found under each name.
        ...controllers
          .filter((one) => version === 1 && controllers.length > 1 && one !== name)
          .map((one) => call('furnish', 'symlink', { at: entry(one), to: name }, 'another name of it')),
      ]
    }),
    ...(open ? [] : [call('furnish', 'mountSetattr', { at: at() }, 'to look at, not to change')]),
  ]
}
