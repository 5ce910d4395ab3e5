import type { Captures } from '../facts/check.ts'

/** A piece of a line: text as it stands, `[..]`, or `<name>`. */
export type Atom = { text: string } | { any: true } | { name: string }

// Backslashes before a mark are halved; an odd one takes its meaning away. `<<name>` opens a here-document.
const CAPTURE = /(\\*)(?:(?<!<)<([a-z][a-z0-9]*(?:-[a-z0-9]+)*)>)/g
const MARK = /(\\*)(?:\[\.\.\]|(?<!<)<([a-z][a-z0-9]*(?:-[a-z0-9]+)*)>)/g

/**
 * Takes a line apart at its marks. In expected output both `[..]` and `<name>` are marks; in a typed line only
 * `<name>` is, because `[..]` may be the shell's. `\[..]` and `\<name>` are text.
 */
export function readAtoms(line: string, kind: 'expected' | 'typed'): Atom[] {
  const atoms: Atom[] = []
  let text = ''
  let last = 0
  for (const found of line.matchAll(kind === 'expected' ? MARK : CAPTURE)) {
    const [whole, slashes = '', name] = found
    text += line.slice(last, found.index) + slashes.slice(0, slashes.length >> 1)
    last = found.index + whole.length
    if (slashes.length % 2) {
      text += whole.slice(slashes.length)
    } else {
      if (text) atoms.push({ text })
      atoms.push(name === undefined ? { any: true } : { name })
      text = ''
    }
  }
  text += line.slice(last)
  if (text) atoms.push({ text })
  return atoms
}

/** The names of the captures in a line, in order, each as often as it stands there. */
export function captureNames(line: string, kind: 'expected' | 'typed'): string[] {
  return readAtoms(line, kind).flatMap((atom) => ('name' in atom ? [atom.name] : []))
}

/** The value of a capture; a name such as `constructor` has none until it is captured. */
export function captured(name: string, captures: Captures): string | undefined {
  return Object.hasOwn(captures, name) ? captures[name] : undefined
}

/** The captures of typed lines that have no value yet. */
export function missingCaptures(lines: string[], captures: Captures): string[] {
  return lines
    .flatMap((line) => captureNames(line, 'typed'))
    .filter((name) => captured(name, captures) === undefined)
}

/** A typed line with the values of its captures put in; what has no value stays as it is written. */
export function fill(line: string, captures: Captures): string {
  return readAtoms(line, 'typed')
    .map((atom) => {
      if ('text' in atom) return atom.text
      return 'name' in atom ? (captured(atom.name, captures) ?? `<${atom.name}>`) : ''
    })
    .join('')
}
