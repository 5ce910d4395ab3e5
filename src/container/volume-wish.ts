import { realpathSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { KernelError } from '../kernel/index.ts'
import type { Volume } from './box.ts'

/** Reads one `-v FROM:TO[:ro]`; FROM must be there, because what it is decides what is made for it inside. */
export function volumeWish(text: string): Volume {
  const [from = '', to, mode, ...more] = text.split(':')
  const refuse = (because: string, remedy: string, errno = 0) =>
    new KernelError({ piece: 'mnt', call: `-v ${text}`, errno, because, remedy, learn: 'cooper learn mnt' })
  if (to === undefined || more.length > 0 || (mode !== undefined && mode !== 'ro' && mode !== 'rw'))
    throw refuse('a volume is FROM:TO, or FROM:TO:ro', '-v /srv/data:/data:ro')
  if (!from.startsWith('/'))
    throw refuse(`${JSON.stringify(from)} is not an absolute path of the machine`, `-v "$PWD/${from}:${to}"`)
  const inside = posix.normalize(to).replace(/\/+$/, '')
  if (!to.startsWith('/') || inside === '')
    throw refuse(`${JSON.stringify(to)} is not an absolute path below the container's /`, `-v ${from}:/data`)
  // A /proc of somebody's choice would lie to the program about itself, and one of the machine shows what is masked.
  if (/^\/proc(\/|$)/.test(inside))
    throw refuse(
      `the container's /proc is the kernel's: nothing may cover it, nor anything in it`,
      `-v ${from}:/data${mode ? `:${mode}` : ''}`,
    )
  let directory: boolean
  try {
    directory = statSync(from).isDirectory()
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException
    throw refuse(
      `${from} cannot be used: it is not there, or this user may not see it`,
      `mkdir -p ${from}`,
      Math.abs(errno),
    )
  }
  return { from, to: inside.slice(1), readOnly: mode === 'ro', directory }
}

/** Where below a directory another one lies: `dev/shm` for /dev/shm below /; undefined when it is elsewhere. */
export function pathBelow(directory: string, path: string): string | undefined {
  const below = posix.relative(realpathSync(directory), realpathSync(path))
  return below === '' || below === '..' || below.startsWith('../') ? undefined : below
}
