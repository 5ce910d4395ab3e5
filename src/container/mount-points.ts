import { closeSync, constants, openSync } from 'node:fs'
import { native } from '../kernel/index.ts'
import type { Plan } from './compose.ts'

/** A root file system, for one launch. */
export interface HeldRoot {
  /** The launch went well. */
  runs(): void
  /** It did not, or the program has ended. */
  letGo(): void
}

/**
 * Holds a root file system that is somebody's own while a container stands in it, and leaves it as it was found: the
 * mount points made for this launch go again, after a refusal and after the program's end, as far as they are empty.
 * docker leaves them, but in a layer that goes with the container.
 *
 * Not while another container stands in the same root: a directory that is removed here is unmounted there, without a
 * word (mount_namespaces(7), "Restrictions on mount namespaces"). So each has a lock on the root, shared, and whoever
 * gets it alone is the last one. A cooper that is killed leaves its mount points.
 */
export function holdRoot({ box, calls, within }: Plan): HeldRoot {
  const fd = box.root === '/' || box.parts || within ? undefined : opened(box.root)
  if (fd === undefined) return { runs() {}, letGo() {} }
  // Wherever the path leads by then, this is the root we have looked at.
  const root = `/proc/self/fd/${fd}`
  const { lock, removeEmpty } = native()
  const held = lock(fd, false)
  let made = calls.flatMap((call) => (call.do === 'makePath' ? missing(root, call.args.at) : []))
  return {
    runs() {
      // Without a PID namespace some of it may outlive the program.
      if (!box.namespaces.includes('pid')) made = []
    },
    letGo() {
      const alone = made.length > 0 && held && lock(fd, true)
      for (const path of alone ? made.toReversed() : []) {
        try {
          removeEmpty(root, path)
        } catch {
          // It was never made, or somebody has put something into it.
        }
      }
      closeSync(fd)
    },
  }
}

/** A directory to be locked; undefined when we may not read it, and so can do nothing for it. */
function opened(root: string): number | undefined {
  try {
    return openSync(root, constants.O_RDONLY | constants.O_DIRECTORY)
  } catch {
    return undefined
  }
}

/** Of the directories on a path, and what it leads to, those that are not there: the outer ones first. */
function missing(root: string, path: string): string[] {
  const names = path.split('/')
  return names.map((_, index) => names.slice(0, index + 1).join('/')).filter((at) => !isThere(root, at))
}

function isThere(root: string, path: string): boolean {
  try {
    closeSync(native().openInRoot(root, path))
    return true
  } catch (error) {
    // What we may not open is there.
    return (error as NodeJS.ErrnoException).errno !== 2
  }
}
