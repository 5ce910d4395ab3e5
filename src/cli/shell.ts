import { closeSync, existsSync } from 'node:fs'
import { constants } from 'node:os'
import { baseInBench } from '../workbench/base/base.ts'
import { openBenches, placeOf, Terminal } from '../workbench/index.ts'
import { attach } from './attach.ts'
import { cooper } from './myself.ts'
import { unknown } from './usage.ts'

/**
 * Opens a new terminal where the innermost shell of a running lesson's terminal stands. Ends with the status of its
 * shell. When several lessons run it is the one that began last, and that is said.
 */
export async function shell(name = 'host'): Promise<number> {
  if (existsSync(baseInBench)) {
    console.error('cooper: this is the workbench already; type it in another window of your machine')
    return 1
  }
  const benches = openBenches()
  const open = benches.at(-1)
  if (!open) {
    console.error(`cooper: no lesson is running. Start one in another window: ${cooper('learn')}`)
    return 1
  }
  if (benches.length > 1)
    console.error(`cooper: ${benches.length} workbenches are open; this is the newest (process ${open.pid})`)
  const { holder, terminals } = open.bench
  // Before the tour has opened one, there is still the host itself.
  const first = terminals[name] ?? (name === 'host' ? holder : undefined)
  if (first === undefined) throw unknown('terminal', name, [...new Set(['host', ...Object.keys(terminals)])])
  const place = placeOf(holder, first)
  const terminal = await Terminal.open(place, { env: { TERM: process.env.TERM ?? 'dumb' } })
  for (const fd of [place.root, place.cwd]) if (fd !== undefined) closeSync(fd)
  if (process.stdin.isTTY && process.stdout.isTTY)
    console.log(`You are in terminal ${name} of the lesson. exit leaves it, and the lesson goes on.`)
  await attach(terminal, { name })
  const { code, signal } = await terminal.exit
  // Whoever ends a workbench kills all that is in it.
  if (signal === constants.signals.SIGKILL)
    console.error('\ncooper: this shell was killed; did its lesson end?')
  return signal ? 128 + signal : code
}
