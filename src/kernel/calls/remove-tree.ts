import { existsSync, rmSync } from 'node:fs'
import { asRootOf, type MappedIds } from '../as-root-of.ts'
import { quoted, verb, word } from './verb.ts'

/** rm -r on the machine, for a directory that was being made. That it is gone already is no error. */
export interface RemoveTreeArgs {
  at: string
  /** Of the user namespace whose root wrote into it: what belongs to its users, we cannot remove ourselves. */
  ids?: MappedIds
}

async function remove({ at, ids }: RemoveTreeArgs): Promise<void> {
  try {
    // Whoever writes there may be dying at this moment.
    rmSync(at, { recursive: true, force: true, maxRetries: 5, retryDelay: 10 })
  } catch (error) {
    if (!ids || !['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await asRootOf(ids, ['find', at, '-mindepth', '1', '-delete'])
    if (existsSync(at)) rmSync(at, { recursive: true })
  }
}

// #region call
export const removeTree = verb<RemoveTreeArgs>({
  run: remove,
  say: ({ at }) => `removing ${quoted(at)}`,
  shell: ({ at }) => `rm -rf ${word(at)}`,
})
// #endregion call
