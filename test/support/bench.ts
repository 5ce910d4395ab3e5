import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { descendants, machine, processes } from '../../src/facts/index.ts'
import { alive, within } from './child.ts'

interface Page {
  pid: number
  started: number
  bench?: { holder: number; terminals: Record<string, number> }
}

/** The pages of a ledger: who has a workbench open, with its state kept in `state`. */
export function pages(state: string): Page[] {
  const dir = join(state, 'cooperage/ledger')
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8')) as Page)
  } catch {
    return []
  }
}

/** Waits for a workbench to be open, and tells of every process below its cooper. */
export async function family(state: string): Promise<number[]> {
  await within(5000, () => pages(state).some(({ bench }) => bench !== undefined))
  const [page] = pages(state)
  if (!page?.bench) throw new Error('no workbench was opened')
  return descendants(processes(machine), page.pid).map(({ pid }) => pid)
}

/** Waits until a program runs on a workbench: later than its line can be read in a window. */
export async function running(state: string, command: string): Promise<void> {
  const [page] = pages(state)
  const there = () =>
    descendants(processes(machine), page!.pid).some((one) => one.command.join(' ') === command)
  if (!(await within(10_000, there))) throw new Error(`${command} does not run`)
}

/** What is left of a workbench two seconds later; empty when it is gone. */
export async function left(state: string, pids: number[]): Promise<unknown[]> {
  const rest = () => [...pids.filter(alive), ...pages(state)]
  await within(2000, () => rest().length === 0)
  return rest()
}
