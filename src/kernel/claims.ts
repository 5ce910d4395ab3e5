import { closeSync, readFileSync } from 'node:fs'
import { native } from './native.ts'

/**
 * Names that only one process can hold at a time: abstract Unix sockets, unix(7). They belong to a network namespace, as
 * what they stand for does; the kernel gives one to a single process, and takes it back when that dies, however it
 * dies. So there is no stale claim to clean up.
 */

const prefix = 'cooper/'

/** Holds a name until the descriptor is closed; undefined when somebody else does. */
export function claim(name: string): number | undefined {
  try {
    return native().bindName(prefix + name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno === 98) return undefined
    throw error
  }
}

/** The names below `group/` that anybody holds, in our network namespace. */
export function claimed(group: string): string[] {
  const begin = `@${prefix}${group}/`
  return readFileSync('/proc/self/net/unix', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const at = line.indexOf(begin)
      return at === -1 ? [] : [line.slice(at + begin.length)]
    })
}

const patience = 2000

/** Does something while nobody else does anything under the same lock; others wait for some microseconds. */
export function locked<T>(name: string, act: () => T): T {
  const sleep = new Int32Array(new SharedArrayBuffer(4))
  let lock = claim(`lock/${name}`)
  for (let waited = 0; lock === undefined && waited < patience; waited++) {
    Atomics.wait(sleep, 0, 0, 1)
    lock = claim(`lock/${name}`)
  }
  if (lock === undefined) throw new Error(`another process holds the lock on ${name} for ${patience} ms`)
  try {
    return act()
  } finally {
    closeSync(lock)
  }
}
