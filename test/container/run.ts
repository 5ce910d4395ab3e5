import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose, launch, resolve, type Wish } from '../../src/container/index.ts'
import { whoAmI } from '../../src/workbench/index.ts'

export const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs a command in a container made to a wish; what it printed on both outputs, and its status. */
export async function run(wish: Wish): Promise<{ output: string; code: number; signal: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-run-'))
  try {
    const { box, pieces } = resolve({ env: { PATH: path }, ...wish }, whoAmI())
    const file = join(dir, 'output')
    const output = openSync(file, 'w')
    const { exit } = await launch(compose(box, pieces), { stdio: [0, output, output] })
    const end = await exit
    return { output: readFileSync(file, 'utf8'), ...end }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** A shell command in such a container. */
export function sh(command: string, wish: Omit<Wish, 'argv'> = {}): ReturnType<typeof run> {
  return run({ argv: ['sh', '-c', command], ...wish })
}
