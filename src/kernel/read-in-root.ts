import { closeSync, fstatSync, readFileSync } from 'node:fs'
import { native } from './native.ts'

const limit = 1024 * 1024

/**
 * A text file of a root file system, found as a process with that root would find it: links lead nowhere outside
 * (openat2(2), RESOLVE_IN_ROOT). Undefined when it is not there, is no plain file, or is larger than a megabyte.
 */
export function readInRoot(root: string, path: string): string | undefined {
  let fd: number
  try {
    fd = native().openInRoot(root, path)
  } catch {
    return undefined
  }
  try {
    const about = fstatSync(fd)
    return about.isFile() && about.size <= limit ? readFileSync(fd, 'utf8') : undefined
  } finally {
    closeSync(fd)
  }
}
