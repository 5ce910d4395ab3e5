import { closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs'
import { readJoined } from './joined.ts'
import { mountAt, mounts } from './mounts.ts'
import type { View } from './view.ts'

/** What every System V object has (`man 7 sysvipc`). */
export interface IpcObject {
  /** What programs agree on; 0 (IPC_PRIVATE) for an object that only its id leads to. */
  key: number
  /** What the kernel gave: an index in its namespace, used again. */
  id: number
  /** Permission bits, as of a file. */
  mode: number
  uid: number
  gid: number
}

export interface SharedMemory extends IpcObject {
  bytes: number
  /** How many processes have it mapped. */
  attached: number
  /** Who made it, in the view's numbers; 0 for somebody it has no number for. It may be gone. */
  creator: number
}

export interface SemaphoreSet extends IpcObject {
  semaphores: number
}

export interface MessageQueue extends IpcObject {
  messages: number
  bytes: number
}

/** The System V objects of one IPC namespace. */
export interface IpcFacts {
  segments: SharedMemory[]
  semaphores: SemaphoreSet[]
  queues: MessageQueue[]
}

/**
 * The System V objects that a process can name; undefined when it is gone or may not be asked. /proc/sysvipc shows the
 * reader's own, so somebody is sent into the namespace to read it (`man 5 proc_sysvipc`).
 */
export async function ipc(view: View, pid: number): Promise<IpcFacts | undefined> {
  const text = await readJoined(view, pid, 'ipc', 'sysvipc', ['shm', 'sem', 'msg'])
  return text === undefined ? undefined : parseSysvipc(text)
}

/** Parses `shm`, `sem` and `msg`, one after the other. Columns go by their titles: kernels have added some. */
export function parseSysvipc(text: string): IpcFacts {
  const facts: IpcFacts = { segments: [], semaphores: [], queues: [] }
  let titles: string[] = []
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/)
    if (words[0] === 'key') titles = words
    else if (words.length > 1) {
      const cell = (title: string) => Number(words[titles.indexOf(title)])
      const object = (id: string): IpcObject => ({
        key: cell('key') >>> 0,
        id: cell(id),
        mode: Number.parseInt(words[titles.indexOf('perms')] ?? '', 8),
        uid: cell('uid'),
        gid: cell('gid'),
      })
      if (titles[1] === 'shmid')
        facts.segments.push({
          ...object('shmid'),
          bytes: cell('size'),
          attached: cell('nattch'),
          creator: cell('cpid'),
        })
      if (titles[1] === 'semid') facts.semaphores.push({ ...object('semid'), semaphores: cell('nsems') })
      if (titles[1] === 'msqid')
        facts.queues.push({ ...object('msqid'), messages: cell('qnum'), bytes: cell('cbytes') })
    }
  }
  return facts
}

/** A POSIX message queue, as a file of an mqueue file system (`man 7 mq_overview`). */
export interface PosixQueue {
  name: string
  /** Bytes that wait in it. */
  bytes: number
}

/**
 * The POSIX message queues that a process sees below a directory; undefined when no mqueue file system is on top
 * there. They are those of the namespace that it was mounted in, which need not be the process's own.
 */
export function posixQueues(view: View, pid: number, at = '/dev/mqueue'): PosixQueue[] | undefined {
  if (mountAt(mounts(view, pid), at)?.type !== 'mqueue') return undefined
  const directory = `${view.proc}/${pid}/root${at}`
  try {
    return readdirSync(directory)
      .sort()
      .map((name) => ({ name, bytes: queued(`${directory}/${name}`) }))
  } catch {
    return undefined
  }
}

// QSIZE:129     NOTIFY:2    SIGNO:0    NOTIFY_PID:8260
function queued(path: string): number {
  let fd: number | undefined
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    return Number(/^QSIZE:(\d+)/.exec(readFileSync(fd, 'utf8'))?.[1] ?? 0)
  } catch {
    // Its mode may keep us out; that it is there is known.
    return 0
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
