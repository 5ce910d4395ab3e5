import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { projectFile } from '../../src/kernel/index.ts'
import { median } from './median.ts'

/** Medians in milliseconds. */
export interface Help {
  ratio: number
  cooper: number
  node: number
  runs: number
}

/** What the built `cooper --help` costs over a Node that does nothing, in turns. */
export function compareHelp(runs: number): Help {
  const cooper = projectFile('dist', 'cooper.cjs')
  if (!existsSync(cooper)) throw new Error(`${cooper} is not there: run npm run build`)
  const sides = { cooper: [cooper, '--help'], node: ['-e', '0'] }
  const took: Record<keyof typeof sides, number[]> = { cooper: [], node: [] }
  for (let run = -2; run < runs; run++)
    for (const side of ['node', 'cooper'] as const) {
      const before = process.hrtime.bigint()
      const { status } = spawnSync(process.execPath, sides[side], { stdio: 'ignore' })
      if (status !== 0) throw new Error(`node ${sides[side].join(' ')} ended with status ${status}`)
      // The first two only warm the page cache.
      if (run >= 0) took[side].push(Number(process.hrtime.bigint() - before) / 1e6)
    }
  const [c, node] = [median(took.cooper), median(took.node)]
  return { ratio: c / node, cooper: c, node, runs }
}
