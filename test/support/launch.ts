import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose, launch, type Plan, resolve, type Wish } from '../../src/container/index.ts'
import { KernelError } from '../../src/kernel/index.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { path } from './plan.ts'

/** Launches a plan, and gives back what its program printed and how it ended. */
export async function launched(plan: Plan) {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-test-'))
  const file = join(dir, 'printed')
  const [nothing, out] = [openSync('/dev/null', 'r'), openSync(file, 'a')]
  try {
    const { exit, pid, trace } = await launch(plan, { stdio: [nothing, out, out] })
    return { ...(await exit), pid, trace, printed: readFileSync(file, 'utf8') }
  } finally {
    closeSync(nothing)
    closeSync(out)
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The plan of a wish of whoever runs the test. */
export function planFor(wish: Wish): Plan {
  const { box, pieces } = resolve({ env: { PATH: path }, ...wish }, whoAmI())
  return compose(box, pieces)
}

/** The error that this ends with; anything else is an error of the test. */
export async function kernelError(act: () => Promise<unknown>): Promise<KernelError> {
  try {
    await act()
  } catch (error) {
    if (error instanceof KernelError) return error
    throw error
  }
  throw new Error('it worked')
}
