import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './rival.ts'

/** A root file system as small as one can be: a static `true`, and the directories to mount on. Returns its path. */
export function makeRoot(directory: string): string {
  const root = join(directory, 'root')
  for (const name of ['', 'proc', 'sys', 'dev']) mkdirSync(join(root, name))
  const source = join(directory, 'true.c')
  writeFileSync(source, 'int main(void) { return 0; }\n')
  compile(source, join(root, 'true'), '-static')
  return root
}
