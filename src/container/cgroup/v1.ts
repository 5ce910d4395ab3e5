import { call } from '../piece.ts'
import { controllers } from './controllers.ts'
import { stopped } from './freezer.ts'
import type { Version } from './version.ts'

const why = 'all that it will ever start is born there too'

// #region version
/** Version 1: a tree for each controller, or for a few together, so a container has a group in each of them. */
export const v1: Version = {
  make: ({ version, controllers, top, at }, owner) => [
    call(
      'claim',
      'groupMake',
      { at, top, version, controllers, owner },
      `a group for ${controllers.join(' and ')}`,
    ),
  ],
  limit: ({ at, controllers: here }, limits) =>
    controllers
      .filter(({ v1 }) => here.includes(v1[0]!))
      .flatMap(({ first }) => first(limits))
      .map(({ file, text, why }) => call('claim', 'groupLimit', { at, file, text }, why)),
  add: ({ at }, byItself) => [
    byItself ? call('become', 'groupEnter', { at }, why) : call('admit', 'groupJoin', { at }, why),
  ],
  freeze: ({ at, controllers }, stop) =>
    controllers.includes('freezer') ? [{ do: 'groupLimit', args: { at, ...stopped[1](stop) } }] : [],
  remove: ({ at, top }) => [{ do: 'groupRemove', args: { at, top } }],
}
// #endregion version
