import { dirname } from 'node:path'
import { machine, mountOf, mounts } from '../../facts/index.ts'
import { cannotHoldUpper } from '../../kernel/index.ts'

interface Obstacle {
  because: string
  remedy: string
}

const elsewhere = 'take a directory on ext4, xfs, btrfs or tmpfs'

/**
 * Why a directory cannot be an upper; undefined: nothing speaks against it. Asked before anything is made: what the
 * kernel refuses first is often the work directory, which is made beside the upper, and that leads nobody to the cause.
 *
 * @param at its whole path, without links
 */
export function whyNoUpper(at: string): Obstacle | undefined {
  const all = mounts(machine, process.pid)
  const [on, beside] = [mountOf(all, at), mountOf(all, dirname(at))]
  if (!on) return undefined
  if (cannotHoldUpper(on.type))
    return { because: `${at} is on ${on.type}, which cannot hold an upper`, remedy: elsewhere }
  if (on.options.includes('ro') || on.superOptions.includes('ro'))
    return { because: `${at} lies on a mount that is read-only: ${on.at}`, remedy: elsewhere }
  // A change is renamed from the work directory to the upper, and that works within one mount only (rename(2), EXDEV).
  if (beside && beside.id !== on.id)
    return {
      because: `a mount begins at ${at}, so the work directory beside it would lie on another one, ${beside.at}`,
      remedy: `mkdir ${at}/upper, and --upper ${at}/upper`,
    }
  return undefined
}
