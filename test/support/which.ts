import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Where on PATH a program is; undefined when it is nowhere. */
export function which(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(':')
    .map((dir) => join(dir, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
