import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { type Act, asRootOf, KernelError, type MappedIds, runProgram, verbOf } from '../../kernel/index.ts'
import { toArchiveNames } from './archive.ts'

export interface SaveOptions {
  /** Of the container that wrote the upper, where it had its own. */
  ids?: MappedIds
  /** Deleted files are spelled `.wh.name`, as archives have them; else as an overlay does, to be a lower again. */
  archive?: boolean
  /** Writes down how to take an act back, before it is done. */
  before?(undo: Act): void
}

/**
 * What `docker commit` does: a copy of an upper as a new layer, a directory that is not there yet. Owners, times,
 * links, holes and the notes of the overlay stay as they are; only cp(1) keeps them all. What was bound into the
 * container, its volumes and its own files of /etc, never was in the upper.
 */
export async function saveLayer(upper: string, to: string, options: SaveOptions = {}): Promise<void> {
  const { ids, archive, before } = options
  const refuse = (errno: number, because: string) =>
    new KernelError({ piece: 'mnt', call: `saving ${upper} as ${to}`, errno, because })
  if (existsSync(to)) throw refuse(17, `${to} is there already, and a layer does not change any more`)
  // A layer is whole or not there.
  const next = `${to}.${process.pid}`
  const removal = { do: 'removeTree', args: { at: next, ids } } as const
  before?.(removal)
  mkdirSync(next)
  try {
    const copy = ['cp', '-a', '--', `${upper}/.`, next] as [string, ...string[]]
    const code = ids ? (await asRootOf(ids, copy)).code : await statusOf(copy)
    if (code !== 0) throw refuse(0, 'cp could not copy all of it, and has said why')
    if (archive) toArchiveNames(next)
    renameSync(next, to)
  } catch (error) {
    await verbOf(removal).run!(removal.args, { child: 0 })
    throw error
  }
}

async function statusOf(command: [string, ...string[]]): Promise<number> {
  const { code, said } = await runProgram(command)
  process.stderr.write(said)
  return code
}
