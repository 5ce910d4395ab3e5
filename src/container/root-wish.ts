import { lstatSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { KernelError } from '../kernel/index.ts'
import { partsOf } from './assembled.ts'
import { assemblyPoint } from './assembly-point.ts'
import type { Box, Layers, Volume } from './box.ts'
import { whyNoLayers } from './overlay/here.ts'
import { asksForLayers, type LayersWish, layersWish, layerWith, pathsOf } from './overlay/wish.ts'
import { rootOf } from './overlay.ts'

/** What somebody asked for; the root is one of: the one we are in, a directory, layers, parts of the base. */
export interface RootWish extends LayersWish {
  /** The root file system; `/` is the one we are in. */
  root?: string
  /**
   * Where `root` is absent and a root is wanted: one that all containers share, so none may write it. It becomes the
   * lowest layer; `flat` is why that cannot be, when somebody knows more than is found here.
   */
  base?: { root: string; own: Readonly<Record<string, number>>; flat?: string }
}

export interface Root extends Pick<Box, 'root' | 'parts' | 'lacks'> {
  layers?: Omit<Layers, 'files'>
  /** What is mounted to make it, before the container is. */
  place: string
  /** A directory that has the root's `etc/passwd`, when there is one. */
  files: string
  notes: string[]
}

/** Decides which root it is, and refuses what cannot be one. */
export function rootWish(
  wish: RootWish,
  about: Pick<Box, 'id' | 'ids'> & { has: boolean; volumes: Volume[]; userxattr: boolean },
): Root {
  const wished = about.has ? wish : {}
  const base = wished.root === undefined ? wished.base : undefined
  const lowest = wished.root ?? base?.root ?? '/'
  refuseRoot(lowest)
  const asked = asksForLayers(wished)
  if (!base && !asked) {
    const lacks = lowest === '/' ? [] : ['proc', 'sys', 'dev'].filter((name) => !isThere(join(lowest, name)))
    return { root: lowest, place: lowest, files: lowest, lacks, notes: [] }
  }
  const flat = base && (base.flat ?? whyNoLayers(about.userxattr))
  const place = assemblyPoint([lowest, ...pathsOf(wished, about)])
  if (base && flat !== undefined && !asked)
    return {
      root: place,
      place,
      parts: partsOf(base.root, base.own),
      files: lowest,
      notes: [`no overlay here: ${flat}; what the base has can be read, and only some directories written`],
    }
  const { layers, notes } = layersWish(wished, { ...about, place, lowest, own: base?.own, flat })
  return { root: rootOf(place), place, layers, files: layerWith('etc/passwd', layers), notes }
}

/** Something of that name, a link too: what it is will be seen when it is used. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    // What may not be seen is not missing: mounting there will say why.
    return true
  }
}

function refuseRoot(root: string): void {
  let because: string | undefined
  let errno = 20
  try {
    if (!statSync(root).isDirectory()) because = `${root} is not a directory`
  } catch (error) {
    errno = Math.abs((error as NodeJS.ErrnoException).errno ?? 2)
    because =
      errno === 2
        ? `the root file system ${root} is not there`
        : `the root file system ${root} cannot be reached`
  }
  if (because)
    throw new KernelError({
      piece: 'mnt',
      call: `stat(${JSON.stringify(root)})`,
      errno,
      because,
      remedy: 'check the path given to --rootfs',
      learn: 'cooper learn mnt',
    })
}
