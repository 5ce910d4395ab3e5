import type { Captures } from '../../facts/index.ts'

/** A command with the values that earlier steps caught; a name nobody caught yet stays as it stands. */
export function fillLine(line: string, captures: Captures): string {
  return line.replace(/<([a-z][a-z0-9-]*)>/g, (whole, name: string) =>
    Object.hasOwn(captures, name) ? captures[name]! : whole,
  )
}
