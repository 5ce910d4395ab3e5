import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import {
  commit,
  type Done,
  type Entry,
  entryOf,
  type Layer,
  makeDirectory,
  read,
  remove,
  type Stack,
  seen,
  write,
} from '../../site/components/pictures/layers/overlay.ts'
import { start } from '../../site/components/pictures/layers/start.ts'

// The picture of the layers thinks about overlays. Here it is asked what it thinks, and the kernel whether that is so.

const namesOf = (layers: Layer[]) => layers.map(({ name }) => name)
const does = (stack: Stack, ...actions: ((stack: Stack) => Done)[]) =>
  actions.reduce((now, action) => action(now).stack, stack)
const rm = (path: string) => (stack: Stack) => remove(stack, path)
const mkdir = (path: string) => (stack: Stack) => makeDirectory(stack, path)
const add = (path: string) => (stack: Stack) => write(stack, path, 'new')
const keep = (stack: Stack) => commit(stack, `commit ${stack.lower.length}`)

describe('what is seen', () => {
  test('a file is that of the topmost layer, a directory is of all', () => {
    expect(namesOf(seen(start, 'etc/motd'))).toEqual(['app'])
    expect(namesOf(seen(start, 'var'))).toEqual(['app', 'base'])
    expect(namesOf(seen(start, 'var/note'))).toEqual([])
  })

  test('reading changes nothing', () => {
    expect(read(start, 'etc/motd').stack).toBe(start)
    expect(read(start, 'var/note').deed).toMatchObject({ did: 'nothing', because: 'missing' })
  })

  test('nothing is below a file', () => {
    expect(seen(start, 'etc/motd/more')).toEqual([])
    expect(write(start, 'etc/motd/more', 'new').deed).toMatchObject({ because: 'no directory' })
  })
})

describe('what an action leaves in the upper layer', () => {
  test('writing copies up the file and its directories, once, and the lower layer is as before', () => {
    const once = write(start, 'etc/motd', 'new')
    expect(once.deed).toMatchObject({ did: 'copied up', from: [{ name: 'app' }] })
    expect(Object.keys(once.stack.upper.files).sort()).toEqual(['etc', 'etc/motd'])
    expect(once.stack.lower).toBe(start.lower)
    expect(write(once.stack, 'etc/motd', 'new').deed.did).toBe('changed')
  })

  test('a deleted file of a lower layer leaves a whiteout, one of the upper layer alone leaves nothing', () => {
    expect(remove(start, 'etc/password').stack.upper.files['etc/password']).toEqual({ is: 'whiteout' })
    const gone = remove(write(start, 'var/note', 'new').stack, 'var/note')
    expect(gone.deed.did).toBe('removed')
    expect(gone.stack.upper.files).toEqual({ var: { is: 'directory' } })
  })

  test('a file that was copied up leaves a whiteout, since the one below would show again', () => {
    const stack = does(start, add('etc/motd'), rm('etc/motd'))
    expect(stack.upper.files['etc/motd']).toEqual({ is: 'whiteout' })
    expect(entryOf(stack, 'etc/motd')).toBeUndefined()
  })

  test('a directory that is made again is opaque, and what is deleted in it needs no whiteout', () => {
    const stack = does(start, rm('var/log'), mkdir('var/log'))
    expect(stack.upper.files['var/log']).toEqual({ is: 'directory', opaque: true })
    expect(seen(stack, 'var/log/monday')).toEqual([])
    const after = does(stack, add('var/log/monday'), rm('var/log/monday'))
    expect(after.upper.files['var/log/monday']).toBeUndefined()
    expect(does(after, rm('var/log')).upper.files['var/log']).toEqual({ is: 'whiteout' })
  })

  test('a committed layer keeps its whiteouts and marks, and the next one begins empty', () => {
    const stack = does(start, rm('etc/password'), rm('var/log'), mkdir('var/log'), keep)
    expect(stack.upper.files).toEqual({})
    expect(namesOf([...stack.lower])).toEqual(['commit 2', 'app', 'base'])
    expect(entryOf(stack, 'etc/password')).toBeUndefined()
    expect(seen(stack, 'var/log/monday')).toEqual([])
    // Deleted below already: the new file hides nothing, and leaves nothing.
    expect(does(stack, add('etc/password'), rm('etc/password')).upper.files).toEqual({
      etc: { is: 'directory' },
    })
  })
})

/** A layer as `find` and `getfattr` would tell: what stands where, without the texts. */
const standing = ({ files }: Layer) =>
  Object.fromEntries(
    Object.entries(files).map(([path, entry]) => [
      path,
      entry.is === 'directory' && entry.opaque ? 'opaque' : entry.is,
    ]),
  )

const words = {
  add: (path: string) => `echo new >> merged/${path}`,
  rm: (path: string) => `rm -r merged/${path}`,
  mkdir: (path: string) => `mkdir merged/${path}`,
}
const actions = { add, rm, mkdir }
type Word = keyof typeof words

// Kernels differ in what they switch on by default, and some of it has them mark each new directory.
const options = 'index=off,metacopy=off,redirect_dir=off'
const mount = (lower: string[], upper: string) =>
  `mkdir ${upper} ${upper}.work; mount -t overlay overlay -o ${options},lowerdir=${lower.join(':')},upperdir=${upper},workdir=${upper}.work merged`

/** Prints `== directory`, and `kind path` for all in it. */
const look = (dirs: string[]) => `python3 - ${dirs.join(' ')} << 'END'
import os, stat, sys
for dir in sys.argv[1:]:
    print('==', dir)
    for at, dirs, files in os.walk(dir):
        for name in dirs + files:
            path = os.path.join(at, name)
            about = os.lstat(path)
            kind = 'whiteout' if stat.S_ISCHR(about.st_mode) and about.st_rdev == 0 else 'file'
            if stat.S_ISDIR(about.st_mode):
                kind = 'opaque' if 'trusted.overlay.opaque' in os.listxattr(path) else 'directory'
            print(kind, os.path.relpath(path, dir))
END`

function create({ name, files }: Layer): string {
  const each = (path: string, entry: Entry) =>
    entry.is === 'directory' ? `mkdir ${name}/${path}` : `echo old > ${name}/${path}`
  const sorted = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))
  return [`mkdir ${name}`, ...sorted.map(([path, entry]) => each(path, entry))].join('; ')
}

/** Runs a script in a mount namespace with a directory in memory, and hands back its lines. */
function overlay(script: string): string[] {
  const inMemory = `mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir merged\n${script}`
  return execFileSync('unshare', ['--mount', 'bash', '-c', inMemory], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .split('\n')
    .filter(Boolean)
}

function cannot(): string | false {
  if (process.getuid?.() !== 0) return 'only root may see trusted.overlay.*'
  try {
    overlay(`mkdir low && ${mount(['low'], 'up')} && python3 -c ''`)
    return false
  } catch {
    return 'no overlay on this machine, or no python3'
  }
}

describe('the kernel leaves the same', () => {
  const why = cannot()
  const paths = ['etc/motd', 'etc/password', 'var/note', 'var/log', 'var/log/monday']
  // The same numbers each time, so that what fails fails again.
  let seed = 1
  const below = (limit: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % limit
  }
  const wishes = Array.from({ length: 12 }, () =>
    Array.from({ length: 14 }, () =>
      below(7) === 0
        ? ('commit' as const)
        : { word: (['add', 'rm', 'rm', 'mkdir'] as Word[])[below(4)]!, path: paths[below(paths.length)]! },
    ),
  )

  test.skipIf(why).each(wishes.map((wish, index) => ({ index, wish })))(
    `after 14 actions ($index)${why ? `: ${why}` : ''}`,
    ({ wish }) => {
      let stack = start
      const lower = start.lower.map(({ name }) => name)
      let upper = 'upper'
      const script = [...start.lower.map(create), mount(lower, upper)]
      for (const [nth, one] of wish.entries()) {
        if (one === 'commit') {
          lower.unshift(upper)
          upper = `upper${nth}`
          stack = commit(stack, upper).stack
          script.push(`umount merged; ${mount(lower, upper)}`)
        } else {
          stack = actions[one.word](one.path)(stack).stack
          script.push(words[one.word](one.path))
        }
      }
      const said: Record<string, Record<string, string>> = {}
      let dir: Record<string, string> = {}
      for (const line of overlay([...script, look(['merged', upper, ...lower])].join('\n'))) {
        const [kind = '', path = ''] = line.split(' ')
        if (kind !== '==') dir[path] = kind
        else {
          dir = {}
          said[path] = dir
        }
      }
      expect(said[upper]).toEqual(standing(stack.upper))
      expect(lower.map((name) => said[name])).toEqual(stack.lower.map(standing))
      const all = new Set([stack.upper, ...stack.lower].flatMap(({ files }) => Object.keys(files)))
      const merged = [...all].filter((path) => seen(stack, path).length > 0).sort()
      expect(Object.keys(said.merged!).sort()).toEqual(merged)
    },
  )
})
