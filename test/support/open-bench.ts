import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Terminal, Workbench } from '../../src/workbench/index.ts'

/** A workbench for the tests of one file, with a ledger of its own, and a terminal in it. */
export interface Opened {
  workbench: Workbench
  /** Its state directory. */
  state: string
  /** Types a line into the terminal `host`, and gives back what was printed; the prompt has to come back. */
  sh(line: string): Promise<{ output: string; status: number }>
  terminal(name?: string): Promise<Terminal>
  close(): Promise<void>
}

export async function openBench(): Promise<Opened> {
  const before = process.env.XDG_STATE_HOME
  const state = mkdtempSync(join(tmpdir(), 'cooper-test-'))
  process.env.XDG_STATE_HOME = state
  const restore = () => {
    rmSync(state, { recursive: true, force: true })
    if (before === undefined) delete process.env.XDG_STATE_HOME
    else process.env.XDG_STATE_HOME = before
  }
  const workbench = await Workbench.enter().catch((error) => {
    restore()
    throw error
  })
  const terminal = (name = 'host') => workbench.terminal(name)
  return {
    workbench,
    state,
    terminal,
    async sh(line) {
      const { output, status, prompt } = await (await terminal()).type(line)
      expect(prompt, `${line}\n${output}`).toBe('ready')
      return { output, status: status! }
    },
    async close() {
      await workbench.end()
      restore()
    },
  }
}
