#!/usr/bin/env node
import { readdirSync, readFileSync } from 'node:fs'
import { projectFile } from '../kernel/project.ts'
import { elsewhere } from './elsewhere.ts'
import { answer } from './help.ts'

// Help and version answer before anything else is loaded; every command loads only what it needs.
async function main(argv: string[]): Promise<number> {
  const answered = answer(argv, version())
  if (answered !== undefined) {
    process.stdout.write(answered)
    return 0
  }
  const { parse } = await import('./parse.ts')
  const { command, args, options } = parse(argv)
  const away = elsewhere(process.platform)
  // Reading about the lessons works anywhere.
  if (away && command !== 'list' && command !== 'doctor') {
    // Who only wants to know what this is has been told; for the others it has failed.
    if (command === 'menu') console.log(away)
    else console.error(away)
    return command === 'menu' ? 0 : command === 'run' ? 125 : 1
  }
  if (needsState.has(command)) await openState()
  switch (command) {
    case 'menu':
      return (await import('./menu.ts')).menu()
    case 'list':
      return (await import('./list.ts')).list(options)
    case 'learn':
      return (await import('./learn.ts')).learn(args[0], options)
    case 'check':
      return (await import('./check.ts')).check(args, options)
    case 'shell':
      return (await import('./shell.ts')).shell(args[0])
    case 'run':
      return (await import('./run.ts')).run(args, options)
    case 'play':
      return (await import('./play.ts')).play(options)
    case 'inspect':
      return (await import('./inspect.ts')).inspect(args[0], options)
    case 'stats':
      return (await import('./stats.ts')).stats(args, options)
    case 'doctor':
      return (await import('./doctor.ts')).doctor(options)
    case 'clean':
      return (await import('./clean.ts')).clean(options)
  }
}

// `run` and `clean` see to the ledger themselves.
const needsState = new Set(['menu', 'list', 'learn', 'check', 'shell', 'play'])

/**
 * Without a place of its own cooper works too, but the learner should know. What somebody was killed over is finished by
 * whoever comes next, whatever for.
 */
async function openState(): Promise<void> {
  const { stateDir, stateHome } = await import('../workbench/state.ts')
  const { instead } = stateHome()
  if (instead) console.error(`cooper: ${instead}`)
  if (readdirSync(stateDir('ledger')).length > 0) await (await import('../workbench/ledger.ts')).clean()
}

function version(): string {
  return (JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string }).version
}

/** What a person needs to know of an error: our own say it themselves, of others the message. */
function said(error: unknown): string {
  if (process.env.COOPER_DEBUG) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  // What the kernel refused begins with the piece that asked it.
  if (error instanceof Error) return error.name === 'KernelError' ? error.message : `cooper: ${error.message}`
  return `cooper: ${String(error)}`
}

/** Errors of the command line and of the keyboard carry their status. 2 may be the program's that `run` runs. */
function statusOf(error: unknown): number {
  const { exit } = error as { exit?: unknown }
  if (process.argv[2] === 'run') return 125
  return typeof exit === 'number' ? exit : 1
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status
  },
  async (error: unknown) => {
    process.exitCode = statusOf(error)
    // Whoever pressed Ctrl-C knows why it ends.
    if ((error as Error)?.name !== 'Interrupt') (await import('./look/fold.ts')).sayError(said(error))
  },
)

// A reader that has seen enough (`cooper list | head -1`), or a window that was closed: no error, but the end.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    // Who listens too knows better: see run/terminal.ts.
    if (stream.listenerCount('error') > 1) return
    if (code !== 'EPIPE' && code !== 'EIO') process.exitCode = 1
    // Whoever has a workbench open listens to this, and ends it first.
    if (process.listenerCount('SIGHUP') > 0) process.kill(process.pid, 'SIGHUP')
    else process.exit()
  })
