import { closeSync } from 'node:fs'
import { native } from '../kernel/index.ts'

/**
 * Does something by way of the user namespace that owns another namespace. Which one that is does not stand in /proc,
 * and often nobody lives there any more: bwrap makes everything in one, and goes on in a second one below it.
 *
 * @param space a descriptor of the namespace
 * @param act gets a link of its owner, which is good until it is done
 * @returns undefined when its owner is neither our user namespace nor one below it: then nobody here has power over it
 */
export async function throughOwner<T>(
  space: number,
  act: (link: string) => Promise<T>,
): Promise<T | undefined> {
  let owner: number
  try {
    owner = native().ownerOf(space)
  } catch (error) {
    if (error instanceof Error && 'errno' in error && Math.abs(Number(error.errno)) === EPERM)
      return undefined
    throw error
  }
  try {
    return await act(`/proc/self/fd/${owner}`)
  } finally {
    closeSync(owner)
  }
}

const EPERM = 1
