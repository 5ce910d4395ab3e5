import { type Entry, KernelError, readIn } from '../kernel/index.ts'
import { type NamespaceRef, namespaces, sameNamespace } from './namespaces.ts'
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
  // Entering where one is takes rights too, so it is not tried.
  const ways = sameNamespace(theirs[kind], ours[kind])
    ? [[]]
    : userKeys(view, pid, ours.user).map((keys) => [...keys, { kind, link }])
  for (const entries of ways) {
    try {
      return await readIn(entries, `${view.proc}/${directory}`, files)
    } catch (error) {
      if (!(error instanceof KernelError) && !isGone(error)) throw error
    }
  }
  return undefined
}

/**
 * Entering a namespace takes power over the user namespace that owns it, and which one that is does not stand in
 * /proc. Process 1 of the view stands above all others in it; without it, the process's own, or our own power.
 */
function userKeys(view: View, pid: number, ours: NamespaceRef | undefined): Entry[][] {
  const keys = [1, pid].flatMap((one): Entry[][] => {
    const { user } = namespaces(view, one)
    if (!user) return []
    return [sameNamespace(user, ours) ? [] : [{ kind: 'user', link: `${view.proc}/${one}/ns/user` }]]
  })
  return [...keys, []]
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH', 'EACCES'].includes(String(error.code))
  )
}
