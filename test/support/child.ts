import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Act,
  type Exit,
  type Failure,
  type Namespace,
  type Report,
  spawn,
} from '../../src/kernel/index.ts'
import type { SpawnEvents } from '../../src/kernel/spawn.ts'
import { mapOwnId, planOf, Refused, type Wish } from './plan.ts'

export { mapOwnId, path, planOf, Refused, type Wish } from './plan.ts'

export interface Ran {
  pid: number
  reports: Report[]
  exit: Exit
  /** What it printed on descriptors 1 and 2. */
  printed: string
}

/**
 * Makes a child, waits for its end, and tells what it printed. With a user namespace among the new ones it is root
 * there, and whoever runs the test outside.
 */
export async function run(wish: Wish, events: Partial<SpawnEvents> = {}): Promise<Ran> {
  const file = temporary()
  try {
    const plan = planOf({ stdio: [file.nothing, file.fd, file.fd], ...wish })
    const { pid, reports, exit } = await spawn(plan, {
      born: plan.clone.includes('user') ? mapOwnId : undefined,
      failed: (failure) => new Refused(failure),
      ...events,
    })
    const end = await exit
    return { pid, reports, exit: end, printed: file.read() }
  } finally {
    file.close()
  }
}

/** As `run`, with a line of shell. */
export function shell(line: string, wish: Wish = {}, events: Partial<SpawnEvents> = {}): Promise<Ran> {
  return run({ argv: ['sh', '-c', line], ...wish }, events)
}

/** The failure that a plan ends with; a plan that works is an error of the test. */
export async function failureOf(wish: Wish, events: Partial<SpawnEvents> = {}): Promise<Failure> {
  const ran = await run(wish, events).catch((error: unknown) => error)
  if (ran instanceof Refused) return ran.failure
  throw ran instanceof Error ? ran : new Error('it worked')
}

/** A tree that can be changed without anybody outside noticing: the start of most live tests of mounts. */
export const ownMounts: { clone: Namespace[]; calls: Act[] } = {
  clone: ['user', 'mnt'],
  calls: [{ do: 'mount', args: { to: '/', flags: ['rec', 'private'] } }],
}

/** The inode of a namespace of a process. */
export function inode(kind: string, pid: number | 'self' = 'self'): number {
  return statSync(`/proc/${pid}/ns/${kind}`).ino
}

/** Is this process still there, and not only as a zombie that somebody else has to reap? */
export function alive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Polls until it is so; false after `ms`. */
export async function within(ms: number, look: () => boolean): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (look()) return true
    await sleep(5)
  }
  return look()
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A file without a name, to print into. */
function temporary() {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-test-'))
  const fd = openSync(join(dir, 'printed'), 'a+')
  rmSync(dir, { recursive: true })
  const nothing = openSync('/dev/null', 'r')
  const buffer = Buffer.alloc(1 << 20)
  return {
    fd,
    nothing,
    read: () => buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0)),
    close() {
      closeSync(fd)
      closeSync(nothing)
    },
  }
}
