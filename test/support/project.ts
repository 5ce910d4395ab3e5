import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { folder } from './folder.ts'

const root = join(import.meta.dirname, '../..')
const fixtures = join(root, 'test/cli/fixtures')

/**
 * A project of its own that lives as long as the test: this build, with the lessons it is given (folders of
 * test/cli/fixtures; without any, this project's own). `change` rewrites a lesson.md on the way.
 *
 * @returns its root; the command is `dist/cooper.cjs` in it
 */
export function project(lessons?: string[], change: (markdown: string) => string = (same) => same): string {
  const dir = folder()
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
  for (const name of lessons ?? []) addLesson(dir, name)
  for (const name of readdirSync(join(dir, 'lessons'))) {
    const file = join(dir, 'lessons', name, 'lesson.md')
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }
  return dir
}

/** Puts a lesson of test/cli/fixtures into a project, under a name, as if it had been there when that was built. */
export function addLesson(project: string, fixture: string, name = fixture): void {
  const from = join(fixtures, fixture)
  const checks = join(project, 'dist/lessons', name, 'checks.cjs')
  cpSync(from, join(project, 'lessons', name), { recursive: true })
  mkdirSync(dirname(checks), { recursive: true })
  cpSync(join(from, 'checks.cjs'), checks)
}
