import { LessonError, type Variant } from './lesson.ts'

/** Where something stands, for the error about it. */
export interface Place {
  file: string
  /** From 1. */
  line: number
}

/** What is written after the language of a fence, or after the name of a container. */
export interface Attributes {
  /** Words without `=`, such as the id of a check. */
  words: string[]
  values: Record<string, string>
}

/** Names of steps, checks, tasks, terminals and probes: they stand in links, file names and JSON. */
export const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

/** How {@link NAME} is told to an author. */
const NAME_RULE = 'small letters, digits and single hyphens, beginning with a letter'

/**
 * Reads `console step=leak on=box {1,3} [a title]`. Braces (lines to highlight) and brackets (a title) belong to the
 * site and are passed over.
 */
export function readAttributes(text: string): Attributes {
  const words: string[] = []
  const values: Record<string, string> = {}
  for (const word of text.replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ').split(/\s+/)) {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(word) ?? []
    if (key !== undefined && value !== undefined) values[key] = value
    else if (word) words.push(word)
  }
  return { words, values }
}

/** Refuses every attribute that is not in `known`. */
export function onlyKnown(values: Record<string, string>, known: string[], place: Place): void {
  for (const key of Object.keys(values)) {
    if (known.includes(key)) continue
    const expected = known.length ? `one of ${known.join(', ')}` : 'no attributes'
    throw new LessonError(place.file, place.line, `unknown attribute "${key}"`, expected)
  }
}

/** A name, or a {@link LessonError} that says which name is wrong. */
export function readName(what: string, name: string | undefined, place: Place): string {
  if (name === undefined || name === '') {
    throw new LessonError(place.file, place.line, `${what} has no name`, `a name: ${NAME_RULE}`)
  }
  if (!NAME.test(name)) throw new LessonError(place.file, place.line, `bad ${what} "${name}"`, NAME_RULE)
  return name
}

/** `needs=a,b` as a list. */
export function readNeeds(value: string | undefined, place: Place): string[] {
  return value === undefined ? [] : value.split(',').map((name) => readName('probe in needs=', name, place))
}

/** `when=cgroup-v1` or `when=cgroup-v2`. */
export function readWhen(value: string | undefined, place: Place): Variant | undefined {
  if (value === undefined || value === 'cgroup-v1' || value === 'cgroup-v2') return value
  throw new LessonError(place.file, place.line, `bad when="${value}"`, 'when=cgroup-v1 or when=cgroup-v2')
}
