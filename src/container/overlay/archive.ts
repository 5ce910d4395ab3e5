import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isOpaque, isWhiteout } from '../../facts/index.ts'
import { native } from '../../kernel/index.ts'

// An archive of a layer must hold what any system can unpack, so it spells what is deleted in names: the image
// specification of OCI, "Layer Filesystem Changeset".

const deleted = '.wh.'
const opaque = '.wh..wh..opq'

/** Every path below a directory, what is deepest first: what is renamed must not be on the way to anything. */
function pathsIn(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    return [...(lstatSync(path).isDirectory() ? pathsIn(path) : []), path]
  })
}

/** In place: marks of an overlay become the names that archives have for them. */
export function toArchiveNames(layer: string): void {
  for (const path of pathsIn(layer)) {
    if (isWhiteout(path)) {
      rmSync(path)
      writeFileSync(join(dirname(path), `${deleted}${basename(path)}`), '')
    } else if (lstatSync(path).isDirectory() && isOpaque(path)) {
      for (const kind of ['trusted', 'user']) forget(path, `${kind}.overlay.opaque`)
      writeFileSync(join(path, opaque), '')
    }
  }
}

/** In place: the names become marks, of the kind that the overlay will read. */
export function fromArchiveNames(layer: string, { userxattr }: { userxattr: boolean }): void {
  for (const path of pathsIn(layer)) {
    const name = basename(path)
    if (!name.startsWith(deleted)) continue
    rmSync(path)
    if (name === opaque)
      native().setXattr(dirname(path), `${userxattr ? 'user' : 'trusted'}.overlay.opaque`, 'y')
    // Others that begin so twice are notes of aufs, and mean no file.
    else if (!name.startsWith(deleted + deleted))
      native().whiteout(join(dirname(path), name.slice(deleted.length)))
  }
}

function forget(path: string, name: string): void {
  if (native().getXattr(path, name) !== undefined) native().removeXattr(path, name)
}
