#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { projectFile } from '../kernel/project.ts'
import { elsewhere } from './elsewhere.ts'
import { answer } from './help.ts'
import { UsageError } from './usage.ts'

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
    console.error(away)
    return 1
  }
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
    case 'doctor':
      return (await import('./doctor.ts')).doctor(options)
    case 'clean':
      return (await import('./clean.ts')).clean(options)
  }
}

function version(): string {
  return (JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string }).version
}

/** What a person needs to know of an error: our own say it themselves, of others the message. */
function said(error: unknown): string {
  if (process.env.COOPER_DEBUG) return error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `cooper: ${error instanceof Error ? error.message : String(error)}`
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    console.error(said(error))
    // 2 may be the status of the program that `run` runs, so there it is 125, as docker's.
    process.exitCode = process.argv[2] === 'run' ? 125 : error instanceof UsageError ? 2 : 1
  },
)

// `cooper list | head -1`: a reader that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
