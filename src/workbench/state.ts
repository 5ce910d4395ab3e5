import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What is kept between runs: progress, and the ledger. Made when it is first asked for. */
export function stateDir(...parts: string[]): string {
  const base = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state')
  const dir = join(base, 'cooperage', ...parts)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  return dir
}
