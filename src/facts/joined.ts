import { closeSync, openSync } from 'node:fs'
import { type Entry, KernelError, readIn } from '../kernel/index.ts'
import { namespaces, sameNamespace } from './namespaces.ts'
import { throughOwner } from './owner.ts'
import type { View } from './view.ts'

/**
 * Files that tell about whoever reads them, as a process of this namespace would read them. Ids in them are numbered
 * as the view's process 1 numbers them, where it may be asked.
 *
 * @param directory below the view's proc: `sysvipc`
 * @returns undefined when the process is gone or its namespace may not be entered
 */
export async function readJoined(
  view: View,
  pid: number,
  kind: Entry['kind'],
  directory: string,
  files: string[],
): Promise<string | undefined> {
  const link = `${view.proc}/${pid}/ns/${kind}`
  const [theirs, ours] = [namespaces(view, pid), namespaces({ proc: '/proc' }, process.pid)]
  if (!theirs[kind]) return undefined
  const read = (entries: Entry[]) => readIn(entries, `${view.proc}/${directory}`, files)
  const enter = (user?: string) =>
    read([...(user ? [{ kind: 'user' as const, link: user }] : []), { kind, link }])
  const above = namespaces(view, 1).user
  // Entering where one is takes rights too, so it is not tried.
  const ways = sameNamespace(theirs[kind], ours[kind])
    ? [() => read([])]
    : [
        // Process 1 of the view stands above all others in it.
        ...(above
          ? [() => enter(sameNamespace(above, ours.user) ? undefined : `${view.proc}/1/ns/user`)]
          : []),
        () => byOwner(link, enter),
        () => enter(),
      ]
  for (const way of ways) {
    try {
      const text = await way()
      if (text !== undefined) return text
    } catch (error) {
      if (!(error instanceof KernelError) && !isGone(error)) throw error
    }
  }
  return undefined
}

async function byOwner<T>(link: string, act: (owner: string) => Promise<T>): Promise<T | undefined> {
  const space = openSync(link, 'r')
  try {
    return await throughOwner(space, act)
  } finally {
    closeSync(space)
  }
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES'].includes(String(error.code))
  )
}
