import { type Engines, measureEngines } from './engines.ts'
import { compareHelp, type Help } from './help.ts'
import { measureNetwork, type Network } from './network.ts'
import { type Race, race } from './race.ts'
import { makeRoot } from './root.ts'

const rounds = 3
const launches = 200
const helpRuns = 20

/** Measures in a directory of the caller's, and says how it went: as JSON, or as tables for a person. */
export async function bench(directory: string, json: boolean): Promise<string> {
  const raced = await race({ directory, root: makeRoot(directory), rounds, launches })
  const help = compareHelp(helpRuns)
  const network = await orWhyNot(measureNetwork)
  const engines = await orWhyNot(() => measureEngines(directory))
  return json
    ? JSON.stringify({ ...raced, help, network, engines }, null, 2)
    : [tables(raced, help, network), enginesTable(engines)].join('\n\n')
}

/** The figures, or why there are none: the tools are not part of what Cooperage needs. */
async function orWhyNot<T>(measure: () => Promise<T>): Promise<T | string> {
  try {
    return await measure()
  } catch (error) {
    return (error as Error).message
  }
}

const cell = (value: number, digits = 0) => value.toFixed(digits).padStart(8)

function tables(
  { ratio, rounds, launches, calls, planned }: Race,
  help: Help,
  network: Network | string,
): string {
  return [
    `A container of six namespaces and ${calls} calls, to the exit of true: medians of ${launches} launches in turns`,
    '            Node µs     C µs    ratio',
    ...rounds.map(
      (round, i) =>
        `  round ${i + 1}  ${cell(round.node)} ${cell(round.c)} ${cell(round.ratio, 2)}${round.ratio === ratio ? '  best' : ''}`,
    ),
    `  Of that, making the plan took Node ${planned.toFixed(0)} µs; C has it compiled in.`,
    '',
    `cooper --help and node -e 0: medians of ${help.runs} runs in turns`,
    '          cooper ms  node ms    ratio',
    `           ${cell(help.cooper)} ${cell(help.node)} ${cell(help.ratio, 2)}`,
    '',
    'One connection of iperf3, in Gbit/s',
    ...(typeof network === 'string'
      ? [`  not measured: ${network}`]
      : Object.entries(network).map(([way, speed]) => `  ${way.padEnd(10)} ${cell(speed, 1)}`)),
  ].join('\n')
}

function enginesTable(engines: Engines | string): string {
  const title = 'A full container, with network, layers and limits, to the end of true'
  if (typeof engines === 'string') return `${title}\n  not measured: ${engines}`
  const { rounds, sides, missing } = engines
  return [
    `${title}: medians of ${rounds} runs in turns`,
    '                    ms    alone',
    ...Object.entries(sides).map(([name, { ms, alone, note = '' }]) =>
      `  ${name.padEnd(11)} ${cell(ms, 1)} ${alone ? cell(alone, 1) : '       -'}  ${note}`.trimEnd(),
    ),
    ...Object.entries(missing).map(([name, why]) => `  ${name.padEnd(11)}        -        -  ${why}`),
  ].join('\n')
}
