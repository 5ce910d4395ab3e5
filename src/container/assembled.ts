import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Parts } from './box.ts'
import { type Call, call } from './piece.ts'

/** A root in memory: what all containers share is bound read-only, the rest is its own and gone with it. */
export function assembled(root: string, { shared, links, own }: Parts): Call[] {
  return [
    call(
      'root',
      'mount',
      { from: 'root', to: root, type: 'tmpfs', data: 'mode=755,size=256m' },
      'a root in memory, its own',
    ),
    call('root', 'openRoot', { at: root }, 'paths inside are found from here, and no link leads out'),
    ...own.map(({ name, mode }) =>
      call('root', 'mkdir', { at: { entry: name }, mode }, 'to be written, and forgotten'),
    ),
    ...links.map(({ name, to }) => call('root', 'symlink', { at: { entry: name }, to }, 'as on the machine')),
    ...shared.flatMap(({ from, name }) => [
      call('root', 'mkdir', { at: { entry: name } }, 'a place for it'),
      call(
        'root',
        'mount',
        { from, to: { exact: name }, flags: ['bind', 'rec'] },
        'programs and libraries that all containers share …',
      ),
      call('root', 'mountSetattr', { at: { exact: name }, rec: true }, '… and none may change'),
    ]),
  ]
}

/** The parts of a directory that many containers share: of `own` each gets an empty one for itself. */
export function partsOf(base: string, own: Readonly<Record<string, number>>): Parts {
  const parts: Parts = {
    shared: [],
    links: [],
    own: Object.entries(own).map(([name, mode]) => ({ name, mode })),
  }
  for (const name of readdirSync(base)) {
    const from = join(base, name)
    const about = lstatSync(from)
    if (about.isSymbolicLink()) parts.links.push({ name, to: readlinkSync(from) })
    else if (about.isDirectory() && !(name in own)) parts.shared.push({ from, name })
  }
  return parts
}
