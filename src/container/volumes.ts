import type { Path } from '../kernel/index.ts'
import type { Box } from './box.ts'
import { type Call, call } from './piece.ts'

/** What `-v` does: one directory in two places. Outer ones first, or they would cover the inner ones. */
export function volumes({ root, volumes = [] }: Box): Call[] {
  return volumes
    .toSorted((a, b) => a.to.split('/').length - b.to.split('/').length)
    .flatMap(({ from, to, readOnly, directory, root: ours }) => {
      // A link is followed, within the container.
      const place: Path = root === '/' ? `/${to}` : { target: to }
      return [
        ...(root === '/'
          ? []
          : [call('furnish', 'makePath', { at: to, directory }, 'a place for the volume')]),
        call(
          'furnish',
          'mount',
          { from, to: place, flags: ['bind', 'rec'] },
          'the same directory, seen here too',
        ),
        ...(ours
          ? [
              call(
                'furnish',
                'umount',
                { at: { target: `${to}/${ours}` }, detach: true },
                'our root came about in it: what the machine has there is below',
              ),
            ]
          : []),
        ...(readOnly
          ? [call('furnish', 'mountSetattr', { at: place, rec: true }, 'asked for with :ro')]
          : []),
      ]
    })
}
