import { chmodSync, cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from '../../support/folder.ts'
import { root } from './build.ts'

const parts = ['dist', 'lessons', 'native', 'package.json', 'site', 'src', 'tsconfig.json']

/** A copy of this project to spoil, with its site; it lives as long as the test. */
export function copy(): string {
  const dir = folder()
  // The workbench is nobody here, also when root opens it: everybody must be able to enter.
  chmodSync(dir, 0o755)
  for (const part of parts) {
    cpSync(join(root, part), join(dir, part), {
      recursive: true,
      filter: (file) => !/\.vitepress\/(dist|cache)/.test(file),
    })
  }
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
  return dir
}
