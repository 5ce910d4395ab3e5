import { execFileSync, spawnSync } from 'node:child_process'
import { which } from '../../support/which.ts'

/** @throws an error that names the programs which are not there */
export function installed(...programs: string[]): void {
  const missing = programs.filter((program) => !which(program))
  if (missing.length) throw new Error(`not installed: ${missing.join(', ')}`)
}

export function succeeds(...[program, ...args]: string[]): boolean {
  return spawnSync(program!, args, { stdio: 'ignore' }).status === 0
}

/** Hands a root file system to a command, as a tar. */
export function importOf(root: string, ...command: string[]): void {
  execFileSync('sh', ['-c', 'root=$1; shift; tar -C "$root" -c . | "$@"', 'sh', root, ...command], {
    stdio: 'ignore',
  })
}
