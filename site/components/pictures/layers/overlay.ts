/** What one layer has under a name. A whiteout is a character device 0, 0 and says: below me, this name is deleted. */
export type Entry =
  | { is: 'file'; text: string; added?: number }
  | { is: 'directory'; opaque?: true }
  | { is: 'whiteout' }

export interface Layer {
  name: string
  /** By path, without the leading slash: `var/log`. Whatever is in a directory comes with its directory. */
  files: Readonly<Record<string, Entry>>
}

/** The directories an overlay lays over one another: one to write on, and those that are only read, topmost first. */
export interface Stack {
  upper: Layer
  lower: readonly Layer[]
}

/** What an action did, for whoever tells about it. Layers are those of the stack before it. */
export type Deed =
  | { did: 'read' | 'changed' | 'removed'; path: string; from: Layer[] }
  | { did: 'copied up' | 'whited out'; path: string; from: Layer[] }
  | { did: 'created' | 'made'; path: string; over?: 'whiteout' }
  | { did: 'committed'; name: string }
  | { did: 'nothing'; path: string; because: 'missing' | 'no directory' | 'there' }

export interface Done {
  stack: Stack
  deed: Deed
}

const parentOf = (path: string) => path.split('/').slice(0, -1).join('/')

/**
 * Where a name is seen: the layers it comes from, topmost first. None: there is no such name. One: that file, or a
 * directory of one layer. More: one directory made of several (overlayfs.rst, "Merged directories").
 */
export function seen({ upper, lower }: Stack, path: string): Layer[] {
  let layers: Layer[] = [upper, ...lower]
  const names = path.split('/').filter(Boolean)
  for (const [index] of names.entries()) {
    const here = names.slice(0, index + 1).join('/')
    layers = found(layers, here)
    // Nothing is below a file.
    if (here !== path && layers[0]?.files[here]?.is === 'file') return []
  }
  return layers
}

/** Of the layers that make up its directory, those that show a name. */
function found(layers: Layer[], path: string): Layer[] {
  const shown: Layer[] = []
  for (const layer of layers) {
    const entry = layer.files[path]
    if (!entry) continue
    if (entry.is === 'whiteout' || (entry.is === 'file' && shown.length > 0)) break
    shown.push(layer)
    if (entry.is === 'file' || entry.opaque) break
  }
  return shown
}

/** What is seen under a name. */
export const entryOf = (stack: Stack, path: string): Entry | undefined => seen(stack, path)[0]?.files[path]

/** The upper layer with one entry more, and with its directories: they are copied up, too, as empty ones. */
function put({ upper, lower }: Stack, path: string, entry?: Entry): Stack {
  const files = { ...upper.files }
  for (let dir = parentOf(path); dir; dir = parentOf(dir)) files[dir] ??= { is: 'directory' }
  for (const name of Object.keys(files)) {
    if (name === path || name.startsWith(`${path}/`)) delete files[name]
  }
  if (entry) files[path] = entry
  return { upper: { ...upper, files }, lower }
}

/** Why nothing can be made under a name; undefined when it can. */
function obstacle(stack: Stack, path: string): 'there' | 'no directory' | undefined {
  if (seen(stack, path).length > 0) return 'there'
  const parent = parentOf(path)
  return parent && entryOf(stack, parent)?.is !== 'directory' ? 'no directory' : undefined
}

const nothing = (stack: Stack, path: string, because: 'missing' | 'no directory' | 'there'): Done => ({
  stack,
  deed: { did: 'nothing', path, because },
})

/** `cat FILE` or `ls DIRECTORY`: changes nothing. */
export function read(stack: Stack, path: string): Done {
  const from = seen(stack, path)
  return from.length > 0
    ? { stack, deed: { did: 'read', path, from } }
    : nothing(stack, path, entryOf(stack, parentOf(path)) || !parentOf(path) ? 'missing' : 'no directory')
}

/** `echo … >> FILE`: a file of a lower layer is copied up first, and a missing one is created. */
export function write(stack: Stack, path: string, text: string): Done {
  const from = seen(stack, path)
  const entry = from[0]?.files[path]
  if (entry?.is === 'file') {
    const did = from[0] === stack.upper ? 'changed' : 'copied up'
    return {
      stack: put(stack, path, { ...entry, added: (entry.added ?? 0) + 1 }),
      deed: { did, path, from },
    }
  }
  return make(stack, path, { is: 'file', text }, 'created')
}

/** `mkdir DIRECTORY`: where a whiteout was, it has to be opaque, or what the whiteout hid would show through. */
export function makeDirectory(stack: Stack, path: string): Done {
  const over = stack.upper.files[path]?.is === 'whiteout'
  return make(stack, path, { is: 'directory', ...(over && { opaque: true }) }, 'made')
}

function make(stack: Stack, path: string, entry: Entry, did: 'created' | 'made'): Done {
  const because = obstacle(stack, path)
  if (because) return nothing(stack, path, because)
  const over = stack.upper.files[path]?.is === 'whiteout' ? 'whiteout' : undefined
  return { stack: put(stack, path, entry), deed: { did, path, over } }
}

/** `rm -r NAME`: a whiteout is left where a lower layer would show through, and only there. */
export function remove(stack: Stack, path: string): Done {
  const from = seen(stack, path)
  if (from.length === 0) return nothing(stack, path, 'missing')
  const below = found(
    seen(stack, parentOf(path)).filter((layer) => layer !== stack.upper),
    path,
  )
  return below.length > 0
    ? { stack: put(stack, path, { is: 'whiteout' }), deed: { did: 'whited out', path, from: below } }
    : { stack: put(stack, path), deed: { did: 'removed', path, from } }
}

/** `docker commit`: the upper layer as it is, whiteouts and marks included, is the topmost of the lower ones from now on. */
export function commit({ upper, lower }: Stack, name: string): Done {
  return {
    stack: { upper: { ...upper, files: {} }, lower: [{ ...upper, name }, ...lower] },
    deed: { did: 'committed', name },
  }
}
