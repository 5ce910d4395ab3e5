import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

/** The command as it is built. */
export const program = join(import.meta.dirname, '../../dist/cooper.cjs')

export interface Told {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface How {
  /** What comes on standard input; without it, nothing. */
  input?: string
  env?: Record<string, string | undefined>
  cwd?: string
  /** Another project's build: see project.ts. */
  root?: string
  /** Loaded by Node before the command: a `data:` URL that changes the world it sees. */
  before?: string
  /** Hears of it once it runs. */
  started?(child: ChildProcess): void
}

/**
 * Runs the command without a terminal, and tells what it said. Its state is in a directory of its own, for this test
 * or as `XDG_STATE_HOME` says. Whatever happens, it never shows a stack.
 */
export async function cooper(
  args: string[],
  { input = '', env = {}, cwd, root, before, started }: How = {},
): Promise<Told> {
  const child = spawn(
    process.execPath,
    [...(before ? ['--import', before] : []), root ? join(root, 'dist/cooper.cjs') : program, ...args],
    {
      env: { ...process.env, LANG: 'C.UTF-8', XDG_STATE_HOME: state(), FORCE_COLOR: undefined, ...env },
      cwd,
      stdio: 'pipe',
    },
  )
  const told: Told = { status: null, signal: null, stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text
    })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  onTestFinished(() => void child.kill('SIGKILL'))
  started?.(child)
  await new Promise<void>((resolve) =>
    child.on('close', (status, signal) => {
      Object.assign(told, { status, signal })
      resolve()
    }),
  )
  expect(told.stdout + told.stderr).not.toMatch(/^ {4}at /m)
  return told
}

/** A directory for state that lives as long as the test. */
export function state(): string {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-state-'))
  onTestFinished(() => forget(dir))
  return dir
}

/** Removes a directory of state. Who was killed in it has left a ledger, and nobody else could ever read that. */
export function forget(dir: string): void {
  const ledger = join(dir, 'cooperage', 'ledger')
  const left = () => (existsSync(ledger) ? readdirSync(ledger) : [])
  // Somebody who was killed a moment ago may not be gone yet, and a page of the living stays.
  for (let tries = 0; left().length > 0 && tries < 20; tries++) {
    spawnSync(process.execPath, [program, 'clean'], { env: { ...process.env, XDG_STATE_HOME: dir } })
    if (left().length > 0) spawnSync('sleep', ['0.1'])
  }
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
