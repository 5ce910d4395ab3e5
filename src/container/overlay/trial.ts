import { KernelError } from '../../kernel/index.ts'
import { compose } from '../compose.ts'
import type { Who } from '../ids.ts'
import { launch } from '../launch.ts'
import { resolve } from '../resolve.ts'
import type { RootWish } from '../root-wish.ts'
import { isOnOverlay } from './here.ts'

/**
 * Why this base cannot be the lowest layer; undefined: it can. In a development container it lies on an overlay
 * itself, and how many there are below that one cannot be seen from inside: so it is tried, with a container that does
 * nothing.
 */
export async function whyNotLowest(
  base: NonNullable<RootWish['base']>,
  who: Who,
): Promise<string | undefined> {
  if (!isOnOverlay(base.root)) return undefined
  try {
    const { box, pieces } = resolve({ argv: ['true'], only: ['mnt'], base }, who)
    const { exit } = await launch(compose(box, pieces))
    await exit
    return undefined
  } catch (error) {
    if (!(error instanceof KernelError)) throw error
    return error.refusal.because ?? error.refusal.call
  }
}
