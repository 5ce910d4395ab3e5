import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isOpaque, isWhiteout, seenThrough } from '../../facts/index.ts'

/** One line of `docker diff`. */
export interface LayerChange {
  kind: 'added' | 'changed' | 'deleted'
  /** As the container names it: absolute. */
  path: string
}

/**
 * What an upper changes in the layers below it, the topmost first: what is there and was not, what is another now,
 * what is gone. A directory in which something changed is changed itself.
 */
export function layerChanges(upper: string, lower: string[]): LayerChange[] {
  return within('/')

  function within(directory: string): LayerChange[] {
    return readdirSync(join(upper, directory))
      .sort()
      .flatMap((name) => changeAt(join(directory, name)))
  }

  function changeAt(path: string): LayerChange[] {
    const here = join(upper, path)
    const [there] = seenThrough(lower, path)
    if (isWhiteout(here)) return there ? [{ kind: 'deleted', path }] : []
    const directory = lstatSync(here).isDirectory()
    return [
      { kind: there ? 'changed' : 'added', path },
      ...(directory && isOpaque(here) ? hidden(path) : []),
      ...(directory ? within(path) : []),
    ]
  }

  /** What is below an opaque directory, and not made anew in it. */
  function hidden(path: string): LayerChange[] {
    const anew = new Set(readdirSync(join(upper, path)))
    const names = seenThrough(lower, path).flatMap(({ at, directory }) => (directory ? readdirSync(at) : []))
    return [...new Set(names)]
      .sort()
      .filter((name) => !anew.has(name) && seenThrough(lower, join(path, name)).length > 0)
      .map((name) => ({ kind: 'deleted', path: join(path, name) }))
  }
}
