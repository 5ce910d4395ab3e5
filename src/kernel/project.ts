import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let root: string | undefined

/** A path in this project or package, wherever it was cloned or installed and whether it runs from src/ or dist/. */
export function projectFile(...parts: string[]): string {
  if (!root) {
    root = dirname(fileURLToPath(import.meta.url))
    while (!existsSync(join(root, 'package.json'))) root = dirname(root)
  }
  return join(root, ...parts)
}
