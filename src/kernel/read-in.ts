import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { setns } from './calls/setns.ts'
import { errnoText, KernelError } from './error.ts'
import type { Namespace } from './flags.ts'
import { native } from './native.ts'
import { programPaths, spawn } from './spawn.ts'

/** A namespace to enter: its kind, and the link that stands for it (`/proc/PID/ns/ipc`). */
export interface Entry {
  kind: Exclude<Namespace, 'mnt' | 'pid'>
  link: string
}

/**
 * Reads files as somebody in other namespaces would. Some files of /proc do not tell about a process or about who
 * mounted them but about the *reader*: /proc/sysvipc, /proc/sys/kernel/hostname. So a reader is sent in: a child that
 * enters the namespaces and becomes cat(1). It takes some milliseconds and leaves nothing; nobody inside has a number
 * for it, since it stays in our PID namespace, and in our mount namespace, so that the cat is ours.
 *
 * @param entries in the order in which they are entered; a user namespace first, for it gives the right to the others
 * @param directory where the files are; opened by us, so it is the same directory wherever the reader stands
 * @returns the texts of the files, one after the other
 * @throws KernelError when a namespace may not be entered (EPERM), and the error of open(2) for a link that is gone
 */
export async function readIn(entries: Entry[], directory: string, files: string[]): Promise<string> {
  const open: number[] = []
  try {
    const links = entries.map(({ kind, link }) => {
      const fd = openSync(link, constants.O_RDONLY)
      open.push(fd)
      return { kind, link, fd }
    })
    const [from, nothing] = [openSync(directory, constants.O_RDONLY), openSync('/dev/null', 'r+')]
    open.push(from, nothing)
    const to = native().memoryFile('read')
    open.push(to)
    const { exit } = await spawn(
      {
        clone: [],
        calls: links.map(({ kind, fd }) => setns.encode!({ fd, pid: 0, namespaces: [kind] })),
        argv: ['cat', ...files.map((file) => `/proc/self/fd/0/${file}`)],
        env: {},
        paths: programPaths('cat'),
        stdio: [from, to, nothing],
        keep: links.map(({ fd }) => fd),
        amongOthers: true,
      },
      {
        failed: (failure) => {
          const entry = failure.what === 'call' ? links[failure.index] : undefined
          const errno = 'errno' in failure ? failure.errno : 0
          return new KernelError({
            piece: 'facts',
            call: entry ? `setns("${entry.link}", ${entry.kind})` : `reading ${directory}/${files.join(' ')}`,
            errno,
            because: entry
              ? 'only who has CAP_SYS_ADMIN over a namespace may enter it'
              : `cat could not be started: ${errnoText(errno)}`,
          })
        },
      },
    )
    const { code } = await exit
    if (code !== 0)
      throw new KernelError({
        piece: 'facts',
        call: `reading ${directory}/${files.join(' ')}`,
        errno: 0,
        because: `cat ended with status ${code}: the files are not there, or may not be read`,
      })
    return readFileSync(`/proc/self/fd/${to}`, 'utf8')
  } finally {
    for (const fd of open) closeSync(fd)
  }
}
