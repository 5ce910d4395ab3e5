import type { EncodedPath } from '../native.ts'
import type { Sight } from './verb.ts'
import { quoted, word } from './verb.ts'

/**
 * Where a call acts. A plain text is a path as any program would give it. The others lie in the new root, which is
 * open but not yet the root; whatever links its content holds, none of them leads out of it (native/root.cc):
 *
 * - `target`: what is there; links are followed, inside
 * - `exact`: what is there; a link anywhere on the way is refused
 * - `entry`: a name that is about to be made; only the directory it goes into must be there
 */
export type Path = EncodedPath

const inside = (path: Path): string | undefined =>
  typeof path === 'string'
    ? undefined
    : 'target' in path
      ? path.target
      : 'exact' in path
        ? path.exact
        : path.entry

/** The path without saying where it starts: for a person. */
export function plain(path: Path): string {
  const relative = inside(path)
  return relative === undefined ? (path as string) : `/${relative}`
}

/** As a C literal; what lies in the new root says so. */
export function sayPath(path: Path): string {
  const relative = inside(path)
  return relative === undefined ? quoted(path as string) : `root:${quoted(relative)}`
}

/** As a word of a shell script in which $ROOT is the new root. */
export function shellPath(path: Path): string {
  const relative = inside(path)
  if (relative === undefined) return word(path as string)
  return relative === '.' ? '"$ROOT"' : `"$ROOT"/${word(relative)}`
}

/** What stands there now, for a cause: in the new root while that is not the root yet, we look through the child. */
export function kindOf(path: Path, sight: Sight): ReturnType<Sight['kind']> {
  const relative = inside(path)
  return relative === undefined ? sight.kind(path as string) : sight.inRoot(relative)
}
