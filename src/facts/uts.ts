import { readJoined } from './joined.ts'
import type { View } from './view.ts'

/** The strings that a UTS namespace holds (`man 7 uts_namespaces`), and one that it does not. */
export interface UtsFacts {
  hostname: string
  /** The NIS domain; `(none)` until it is set. */
  domainname: string
  /** The kernel's release, as the process sees it: the same for all. */
  release: string
}

/**
 * The names that a process would get from uname(2); undefined when it is gone or may not be asked. The files below
 * /proc/sys show the reader's own names, so somebody is sent into the namespace to read them.
 */
export async function uts(view: View, pid: number): Promise<UtsFacts | undefined> {
  const text = await readJoined(view, pid, 'uts', 'sys/kernel', ['hostname', 'domainname', 'osrelease'])
  if (text === undefined) return undefined
  const [hostname = '', domainname = '', release = ''] = text.split('\n')
  return { hostname, domainname, release }
}
