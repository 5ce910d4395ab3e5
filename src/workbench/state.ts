import { accessSync, constants, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

/** What is kept between runs: progress, and the ledger. Made when it is first asked for. */
export function stateDir(...parts: string[]): string {
  const { dir } = stateHome()
  const wanted = join(dir, ...parts)
  makeDirectory(wanted)
  return wanted
}

/**
 * Where the state is kept: below `$XDG_STATE_HOME` or `~/.local/state`, and where nothing can be written there (no
 * home, a read-only one), in a directory of this user below the temporary one. Then `instead` says so, as a sentence.
 *
 * @throws Error when there is no place at all
 */
export function stateHome(): { dir: string; instead?: string } {
  const { XDG_STATE_HOME: given = '' } = process.env
  // A relative path is to be ignored: XDG Base Directory Specification.
  const base = isAbsolute(given) ? given : join(homedir() || '/', '.local', 'state')
  const dir = join(base, 'cooperage')
  const problem = unusable(dir)
  if (!problem) return { dir }
  const temporary = join(tmpdir(), `cooperage-${process.geteuid!()}`)
  const other = foreign(temporary) ?? unusable(temporary)
  if (other) throw new Error(`there is no place to write to: ${problem}; ${other}`)
  return {
    dir: temporary,
    instead: `${problem}; progress is kept in ${temporary}, as long as that is there`,
  }
}

/** Why a directory cannot be ours to write; undefined when it can. Makes it. */
function unusable(dir: string): string | undefined {
  try {
    makeDirectory(dir)
    accessSync(dir, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return `${dir} cannot be written (${(error as NodeJS.ErrnoException).code})`
  }
}

/** In /tmp anybody may have been there first; what the next start takes back must not be theirs to write. */
function foreign(dir: string): string | undefined {
  const about = lstatSync(dir, { throwIfNoEntry: false })
  const ours = !about || (about.isDirectory() && about.uid === process.geteuid!())
  return ours ? undefined : `${dir} belongs to somebody else`
}

/** A directory and those above it. Not Node's `recursive`, which never ends below a /proc (where nothing can be made). */
function makeDirectory(dir: string): void {
  if (existsSync(dir)) return
  makeDirectory(dirname(dir))
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
