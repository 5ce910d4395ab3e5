import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '../..')
const fixtures = join(root, 'test/cli/fixtures')

/**
 * A project of its own that lives as long as the test: this build, with the lessons it is given (folders of
 * test/cli/fixtures; without any, this project's own). `change` rewrites a lesson.md on the way.
 *
 * @returns its root; the command is `dist/cooper.cjs` in it
 */
export function project(lessons?: string[], change: (markdown: string) => string = (same) => same): string {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-project-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }))
  cpSync(join(root, 'package.json'), join(dir, 'package.json'))
  cpSync(join(root, 'dist'), join(dir, 'dist'), { recursive: true })
  const native = 'native/build/Release'
  mkdirSync(join(dir, native), { recursive: true })
  for (const { name } of readdirSync(join(root, native), { withFileTypes: true }).filter((file) =>
    file.isFile(),
  ))
    cpSync(join(root, native, name), join(dir, native, name))
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
  symlinkSync(join(root, 'src'), join(dir, 'src'))
  cpSync(join(root, 'lessons'), join(dir, 'lessons'), {
    recursive: true,
    filter: (file) => lessons === undefined || file === join(root, 'lessons'),
  })
  for (const name of lessons ?? []) {
    mkdirSync(join(dir, 'dist/lessons', name), { recursive: true })
    cpSync(join(fixtures, name, 'checks.cjs'), join(dir, 'dist/lessons', name, 'checks.cjs'))
    cpSync(join(fixtures, name), join(dir, 'lessons', name), { recursive: true })
  }
  for (const name of readdirSync(join(dir, 'lessons'))) {
    const file = join(dir, 'lessons', name, 'lesson.md')
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  return dir
}
