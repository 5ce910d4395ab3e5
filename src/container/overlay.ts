import type { Box, Layers } from './box.ts'
import { type Call, call } from './piece.ts'

/** The directories below the place where layers become a root. */
const dirs = { merged: 'merged', init: 'init', files: 'files', upper: 'upper', work: 'work' } as const

const at = ({ place }: Layers, ...names: string[]) => [place, ...names].join('/')

// #region piece
/**
 * A root made of layers: what others share below, only read; what is the container's own on top. Between them lies
 * the init layer with empty places for what is made for this container alone: its mount points, and three files of
 * /etc. The real files are bound over those places, so they are in no layer and in no image made of the upper.
 */
export function layered(layers: Layers): Call[] {
  const { place, lower, upper, userxattr, ids, own, files } = layers
  const directory = (...names: string[]) =>
    call('root', 'mkdir', { at: at(layers, ...names) }, 'a place for it')
  const memory = { at: at(layers, dirs.upper), work: at(layers, dirs.work) }
  const merged = at(layers, dirs.merged)
  return [
    ...(upper
      ? [call('claim', 'makeScratch', { at: upper.work, ids }, 'the kernel prepares each change there')]
      : []),
    call(
      'root',
      'mount',
      { from: 'layers', to: place, type: 'tmpfs', data: 'mode=755,size=512m' },
      'in memory, for what is gone with the container',
    ),
    ...Object.values(upper ? { merged: dirs.merged, init: dirs.init, files: dirs.files } : dirs).map((name) =>
      directory(name),
    ),
    ...own.map(({ name, mode }) =>
      call('root', 'mkdir', { at: at(layers, dirs.init, name), mode }, 'its own, whoever has the one below'),
    ),
    ...Object.entries(files).flatMap(([name, text]) => [
      call(
        'root',
        'write',
        { at: at(layers, dirs.init, 'etc', name), text: '', create: 0o644 },
        'an empty place …',
      ),
      call(
        'root',
        'write',
        { at: at(layers, dirs.files, name), text, create: 0o644 },
        '… and what will be seen there, made for this container',
      ),
    ]),
    call(
      'root',
      'overlayMount',
      {
        to: merged,
        lower: [at(layers, dirs.init), ...lower],
        upper: (upper ?? memory).at,
        work: (upper ?? memory).work,
        userxattr,
      },
      'many directories, seen as one; what is written goes to the upper alone',
    ),
    call('root', 'openRoot', { at: merged }, 'paths inside are found from here, and no link leads out'),
  ]
}

/** The files made for this container, over their empty places. */
export function ownFiles({ layers, readOnly }: Box): Call[] {
  return Object.keys(layers?.files ?? {}).flatMap((name) => {
    const to = { exact: `etc/${name}` }
    return [
      call(
        'furnish',
        'mount',
        { from: at(layers!, dirs.files, name), to, flags: ['bind'] },
        'made for it alone',
      ),
      ...(readOnly
        ? [call('furnish', 'mountSetattr', { at: to }, 'its files are to read, not to write')]
        : []),
    ]
  })
}
// #endregion piece

/** Where the root of layers that are put together at `place` will be. */
export const rootOf = (place: string) => `${place}/${dirs.merged}`
