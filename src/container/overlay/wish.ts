import { accessSync, closeSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { claim, KernelError } from '../../kernel/index.ts'
import type { Box, Ids, Layers } from '../box.ts'
import { whyNoUpper } from './upper-place.ts'

/** What somebody asked for. */
export interface LayersWish {
  /** Directories to lie over the root file system, only read; the topmost first. */
  lower?: string[]
  /** Where the changes go, to be kept. */
  upper?: string
}

/** Something is asked for that only layers can do. */
export const asksForLayers = ({ lower = [], upper }: LayersWish) => lower.length > 0 || upper !== undefined

interface About {
  id: string
  place: string
  /** What they all lie on. */
  lowest: string
  ids?: Ids
  userxattr: boolean
  /** Directories that become its own, with their modes. */
  own?: Readonly<Record<string, number>>
  /** Why there cannot be an upper in memory. */
  flat?: string
}

/** Layers as values of the box, but for what is not known yet. */
export function layersWish(
  { lower = [], upper }: LayersWish,
  { id, place, lowest, ids, userxattr, own = {}, flat }: About,
): { layers: Omit<Layers, 'files'>; notes: string[] } {
  if (flat !== undefined && upper === undefined) throw noMemory(flat)
  const above = lower.map((path) => directory('--lower', path))
  const kept = upper === undefined ? undefined : upperDirectory(upper)
  const notes = kept && !ids && (statSync(kept).mode & 0o5) !== 0o5 ? [forRootAlone(kept)] : []
  return {
    layers: {
      place,
      lower: [...above, directory('--rootfs', lowest)],
      upper: kept === undefined ? undefined : { at: kept, work: `${kept}.work-${id}` },
      userxattr,
      ids,
      own: directories({ ...mountPoints, ...own }),
    },
    notes,
  }
}

const mountPoints = { proc: 0o555, sys: 0o555, dev: 0o755, etc: 0o755 }

const directories = (modes: Readonly<Record<string, number>>) =>
  Object.entries(modes).map(([name, mode]) => ({ name, mode }))

const refusal = (flag: string, path: string, because: string, remedy: string, errno = 0) =>
  new KernelError({
    piece: 'mnt',
    call: `${flag} ${path}`,
    errno,
    because,
    remedy,
    learn: 'cooper learn overlay',
  })

function upperDirectory(path: string): string {
  const whole = directory('--upper', path)
  const obstacle = whyNoUpper(whole)
  if (obstacle) throw refusal('--upper', path, obstacle.because, obstacle.remedy)
  return whole
}

/** The whole path of a directory that must be there: an overlay has no use for links on the way. */
function directory(flag: string, path: string): string {
  const refuse = (because: string, remedy: string, errno: number) =>
    refusal(flag, path, because, remedy, errno)
  let whole: string
  try {
    whole = realpathSync(path)
    if (!statSync(whole).isDirectory()) throw Object.assign(new Error(), { errno: -20 })
    accessSync(whole, constants.R_OK | constants.X_OK)
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException
    if (errno === -2) throw refuse(`${path} is not there`, `mkdir -p ${path}`, 2)
    if (errno === -20) throw refuse(`${path} is not a directory`, `name the directory: ${flag} DIR`, 20)
    throw refuse(`this user may not go there`, 'take a directory that this user may read', -errno)
  }
  if (whole === '/')
    throw refuse(
      'the machine’s whole root cannot be a layer: it holds the place where the layers come together',
      'name the directories below it one by one, or use --rootfs / alone, which stays in it',
      0,
    )
  return whole
}

/**
 * Holds an upper for one container alone, beside what that holds already: two overlays would spoil what they write
 * there. Where somebody else has it, everything is let go.
 */
export function holdUpper({ upper }: Pick<Layers, 'upper'>, held: number[] = []): number[] {
  if (!upper) return held
  // The same directory may have many paths.
  const { dev, ino } = statSync(upper.at)
  const mine = claim(`upper/${dev}:${ino}`)
  if (mine !== undefined) return [...held, mine]
  for (const fd of held) closeSync(fd)
  throw new KernelError({
    piece: 'mnt',
    call: `--upper ${upper.at}`,
    errno: 16,
    because: 'another container writes into this upper now, and two would spoil what they write there',
    remedy: 'give each container an upper of its own; they may share all lower ones',
    learn: 'cooper learn overlay',
  })
}

const forRootAlone = (upper: string) =>
  `the container's / has the mode of its upper, so nobody but root will get in: chmod 755 ${upper}`

const noMemory = (because: string) =>
  new KernelError({
    piece: 'mnt',
    call: '--lower without --upper',
    errno: 0,
    because,
    remedy: 'give an upper on a disk (--upper DIR), or leave out --lower',
    learn: 'cooper learn overlay',
  })

/** Where a file of the root file system is looked up before there is one: in the topmost layer that has it. */
export function layerWith(file: string, { upper, lower }: Pick<Layers, 'upper' | 'lower'>): string {
  const found = [...(upper ? [upper.at] : []), ...lower].find((layer) => existsSync(join(layer, file)))
  return found ?? lower.at(-1)!
}

/** The paths of the machine that the place must not hide. */
export function pathsOf({ lower = [], upper }: LayersWish, box: Pick<Box, 'volumes'>): string[] {
  return [...lower, ...(upper === undefined ? [] : [upper]), ...(box.volumes ?? []).map(({ from }) => from)]
}
