// How near a launch from Node comes to the least that can be done, and what `cooper --help` costs over bare Node.
//
//   npm run bench              a table
//   npm run bench -- --json    { "ratio": …, "help": { "ratio": … }, … }
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareHelp, type Help } from './help.ts'
import { type Race, race } from './race.ts'
import { makeRoot } from './root.ts'

const rounds = 3
const launches = 200
const helpRuns = 20

async function main(json: boolean): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'cooper-bench-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const raced = await race(directory, makeRoot(directory), rounds, launches)
  const help = compareHelp(helpRuns)
  console.log(json ? JSON.stringify({ ...raced, help }, null, 2) : table(raced, help))
}

function table({ ratio, rounds, launches, calls }: Race, help: Help): string {
  const cell = (value: number, digits: number) => value.toFixed(digits).padStart(8)
  const best = (one: number) => (one === ratio ? '  best' : '')
  return [
    `A container of six namespaces and ${calls} calls, to the exit of true; medians of ${launches} launches in turns`,
    '            Node µs     C µs    ratio',
    ...rounds.map(
      ({ node, c, ratio }, i) =>
        `  round ${i + 1}  ${cell(node, 0)} ${cell(c, 0)} ${cell(ratio, 2)}${best(ratio)}`,
    ),
    '',
    `cooper --help against node -e 0; medians of ${help.runs} runs in turns`,
    '          cooper ms  node ms    ratio',
    `           ${cell(help.cooper, 0)} ${cell(help.node, 0)} ${cell(help.ratio, 2)}`,
  ].join('\n')
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
await main(process.argv.includes('--json'))
