import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { constants } from 'node:os'
import { KernelError } from '../kernel/error.ts'
import type { View } from './view.ts'

// A process may end between the listing and the reading, or between open and read; it may be another user's; and a
// zombie has no namespaces left to tell of (EINVAL for its mounts). None of that is an error: there is nothing to tell.
const nothingToTell = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'])

/** A file as text, or undefined when the process is gone or may not be looked at. */
export function readText(path: string): string | undefined {
  return quietly(`read("${path}")`, () => readFileSync(path, 'utf8'))
}

/** Where a link points, or undefined when the process is gone or may not be looked at. */
export function readLink(path: string): string | undefined {
  return quietly(`readlink("${path}")`, () => readlinkSync(path))
}

/** The device and inode behind a path, or undefined when the process is gone or may not be looked at. */
export function readStat(path: string): Stats | undefined {
  return quietly(`stat("${path}")`, () => statSync(path, { throwIfNoEntry: false }))
}

/** The numbers of all processes that a view shows, ascending. */
export function readPids(view: View): number[] {
  try {
    return readdirSync(view.proc)
      .filter((name) => name.charCodeAt(0) >= 48 && name.charCodeAt(0) <= 57)
      .map(Number)
      .sort((a, b) => a - b)
  } catch (error) {
    throw refused(`readdir("${view.proc}")`, error, {
      because:
        'there is no /proc to read from: it is not mounted there, or the process whose /proc it is has ended',
      remedy: `ls ${view.proc}`,
    })
  }
}

function quietly<T>(call: string, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (nothingToTell.has(codeOf(error))) return undefined
    throw refused(call, error)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function refused(
  call: string,
  error: unknown,
  advice: { because?: string; remedy?: string } = {},
): KernelError {
  const errno = Object.entries(constants.errno).find(([name]) => name === codeOf(error))?.[1] ?? 0
  return new KernelError({ piece: 'facts', call, errno, ...advice }, { cause: error })
}
