import { call } from '../piece.ts'
import { controllers } from './controllers.ts'
import { deviceProgramOf } from './ebpf.ts'
import { stopped } from './freezer.ts'
import type { Version } from './version.ts'

// #region version
/** Version 2: one tree, so one group, whose controllers the groups above it must hand down. */
export const v2: Version = {
  make: ({ version, controllers, top, at }, owner) => [
    call(
      'claim',
      'groupMake',
      { at, top, version, controllers, owner },
      `one group for ${controllers.join(', ') || 'all'}`,
    ),
  ],
  limit: ({ at, controllers: here }, limits) => [
    ...controllers
      .filter(({ v2 }) => v2 !== undefined && here.includes(v2))
      .flatMap(({ second }) => second(limits))
      .map(({ file, text, why }) => call('claim', 'groupLimit', { at, file, text }, why)),
    ...(limits.devices
      ? [
          call(
            'claim',
            'deviceProgram',
            { at, program: deviceProgramOf(limits.devices) },
            'which devices it may open: in version 2 no list, but a program that the kernel asks',
          ),
        ]
      : []),
  ],
  // The clone itself does it: CLONE_INTO_CGROUP. Nobody has to be moved, which is what costs.
  add: () => [],
  freeze: ({ at }, stop) => [{ do: 'groupLimit', args: { at, ...stopped[2](stop) } }],
  remove: ({ at, top }) => [{ do: 'groupRemove', args: { at, top } }],
}
// #endregion version
