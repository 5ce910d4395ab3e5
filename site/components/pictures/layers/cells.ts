import { type Entry, entryOf, type Layer, type Stack, seen } from './overlay.ts'

/** What is drawn for a name in a layer, or in the merged view, whose layer is undefined. */
export interface Cell {
  path: string
  kind: 'file' | 'whiteout' | 'opaque' | 'empty'
  /** First line: a text, or what the mark is called. */
  text: string
  more: string
  /** Whether this is what the merged view shows, or what makes it show nothing. */
  counts: boolean
}

/** What was copied up just now, and over how many layers: it is seen to rise. */
export interface Copied {
  path: string
  over: number
}

const added = (entry: Entry) =>
  entry.is === 'file' && entry.added ? `+ ${entry.added} line${entry.added > 1 ? 's' : ''}` : ''

/** The names of the directories above a path, the nearest last. */
const above = (path: string) =>
  path
    .split('/')
    .map((_, index, names) => names.slice(0, index).join('/'))
    .slice(1)

/** What the merged view has under the name of a file. */
export function mergedCell(stack: Stack, path: string): Cell {
  const entry = entryOf(stack, path)
  if (entry?.is !== 'file') return { path, kind: 'empty', text: '', more: '', counts: true }
  return { path, kind: 'file', text: entry.text, more: added(entry), counts: true }
}

/** What one layer has under the name of a file; a mark on its directory stands for all that would be in there. */
export function cellOf(stack: Stack, layer: Layer, path: string): Cell {
  const entry = layer.files[path]
  const cell = { path, more: '', counts: seen(stack, path)[0] === layer }
  if (entry?.is === 'file') return { ...cell, kind: 'file', text: entry.text, more: added(entry) }
  if ([...above(path), path].some((name) => layer.files[name]?.is === 'whiteout'))
    return { ...cell, kind: 'whiteout', text: 'whiteout', more: 'c 0, 0' }
  const opaque = above(path).some((name) => {
    const directory = layer.files[name]
    return directory?.is === 'directory' && directory.opaque
  })
  return opaque ? { ...cell, kind: 'opaque', text: 'opaque' } : { ...cell, kind: 'empty', text: '' }
}
