import { resolve as resolvePath } from 'node:path'
import {
  type Box,
  type LimitFlags,
  type Piece,
  pieces,
  resolve,
  UnknownPiece,
  type Wish,
  whyNotLowest,
} from '../../container/index.ts'
import { baseRoot } from '../../workbench/base/base.ts'
import { own as ownDirectories } from '../../workbench/base/contents.ts'
import { whoAmI } from '../../workbench/who.ts'
import type { Options } from '../options.ts'
import { UsageError, unknown } from '../usage.ts'

/** The container that the flags of `run` ask for. @throws UsageError, or a KernelError for what cannot be */
export async function wished(
  argv: string[],
  options: Options<'run'>,
): Promise<{ box: Box; pieces: Piece[]; notes: string[] }> {
  const { only, without, hostname, volume, user, workdir, rootfs, init, network, publish, subnet } = options
  const names = pieces.map(({ name }) => name)
  // Often an empty variable of a script, which must not end on the machine itself.
  if (only?.length === 0)
    throw new UsageError(
      `'--only' names no piece. There is: ${names.join(', ')}. For a container of none: --without ${names.join(',')}`,
    )
  // Without mounts of its own it stays where we are, and so does its environment.
  const moves = rootfs !== '/' && (only?.includes('mnt') ?? true) && !without?.includes('mnt')
  const wish: Wish = {
    argv,
    only,
    without,
    hostname,
    volumes: volume,
    user,
    cwd: workdir,
    root: rootfs && resolvePath(rootfs),
    lower: options.lower?.map((dir) => directoryOf('lower', dir)),
    upper: options.upper === undefined ? undefined : directoryOf('upper', options.upper),
    base: moves && rootfs === undefined ? await sharedBase() : undefined,
    network,
    publish,
    subnet,
    ...limits(options),
    readOnly: options['read-only'],
    init,
    env: environment(moves, options),
    terminal: options.tty ? windowSize() : undefined,
  }
  try {
    return resolve(wish, whoAmI())
  } catch (error) {
    if (!(error instanceof UnknownPiece)) throw error
    throw unknown('piece', error.piece, names)
  }
}

/** To resolve(3) nothing is the directory we are in, and few who say `--upper "$DIR"` mean that. */
function directoryOf(flag: string, path: string): string {
  if (path === '') throw new UsageError(`'--${flag}' is empty. Often that is a variable that is not set.`)
  return resolvePath(path)
}

/** The flags of control groups, by the names that the piece knows. */
function limits(options: Options<'run'>): LimitFlags {
  return {
    memory: options.memory,
    memorySwap: options['memory-swap'],
    cpus: options.cpus,
    cpuShares: options['cpu-shares'],
    cpusetCpus: options['cpuset-cpus'],
    pidsLimit: options['pids-limit'],
    device: options.device,
    deviceReadBps: options['device-read-bps'],
    deviceWriteBps: options['device-write-bps'],
    deviceReadIops: options['device-read-iops'],
    deviceWriteIops: options['device-write-iops'],
  }
}

/** The root file system of whoever names none; and why it cannot be a layer, where it cannot. */
async function sharedBase(): Promise<Wish['base']> {
  const base = { root: await baseRoot(), own: ownDirectories }
  return { ...base, flat: await whyNotLowest(base, whoAmI()) }
}

/** As docker's: a container with a root of its own knows nothing of our variables but the terminal's name. */
function environment(moves: boolean, { env = [], tty, user }: Options<'run'>): Record<string, string> {
  const own = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    // --user knows the user's own.
    ...(user === undefined && { HOME: '/root' }),
    ...(tty && { TERM: process.env.TERM ?? 'xterm' }),
  }
  const asked = env.flatMap((text): [string, string][] => {
    const at = text.indexOf('=')
    if (at === 0 || text === '') throw new UsageError(`'--env ${text}' has no name. Say NAME=VALUE, or NAME.`)
    if (at > 0) return [[text.slice(0, at), text.slice(at + 1)]]
    // docker's `-e NAME` hands on the value that it has here, if any.
    const value = process.env[text]
    return value === undefined ? [] : [[text, value]]
  })
  return { ...(moves ? own : (process.env as Record<string, string>)), ...Object.fromEntries(asked) }
}

function windowSize(): { rows: number; columns: number } {
  const { rows, columns } = process.stdout
  return { rows: rows || 24, columns: columns || 80 }
}
