import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Builds the command when a source is newer, so that no test runs yesterday's. Vitest calls it once, before all. */
export default function setup(): void {
  const built = join(root, 'dist/cooper.cjs')
  const when = existsSync(built) ? statSync(built).mtimeMs : 0
  const sources = ['src', 'lessons'].flatMap((dir) =>
    readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(root, dir, name)),
  )
  if (sources.every((file) => statSync(file).mtimeMs <= when)) return
  // Without emptying dist/ first: something may be running from it.
  const tsdown = join(root, 'node_modules/.bin/tsdown')
  execFileSync(tsdown, ['--logLevel', 'error', '--no-clean'], { cwd: root, stdio: 'pipe' })
}
