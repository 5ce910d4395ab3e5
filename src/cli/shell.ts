import { closeSync } from 'node:fs'
import { openBenches, placeOf, Terminal } from '../workbench/index.ts'
import { attach } from './attach.ts'
import { unknown } from './usage.ts'

/** Opens a new terminal where the innermost shell of a running lesson's terminal stands. */
export async function shell(name = 'host'): Promise<number> {
  const open = openBenches().at(-1)
  if (!open) {
    console.error('cooper: no lesson is running. Start one in another window: cooper learn')
    return 1
  }
  const { holder, terminals } = open.bench
  // Before the tour has opened one, there is still the host itself.
  const first = terminals[name] ?? (name === 'host' ? holder : undefined)
  if (first === undefined) throw unknown('terminal', name, [...new Set(['host', ...Object.keys(terminals)])])
  const place = placeOf(holder, first)
  const terminal = await Terminal.open(place, { env: { TERM: process.env.TERM ?? 'xterm' } })
  for (const fd of [place.root, place.cwd]) if (fd !== undefined) closeSync(fd)
  await attach(terminal, {})
  const { code, signal } = await terminal.exit
  return signal ? 128 + signal : code
}
