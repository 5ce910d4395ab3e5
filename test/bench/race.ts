import { setTimeout as pause } from 'node:timers/promises'
import { compose, launch, type Plan, resolve } from '../../src/container/index.ts'
import { whoAmI } from '../../src/workbench/who.ts'
import { median } from './median.ts'
import { rivalOf } from './rival.ts'

/** Medians in microseconds. */
export interface Round {
  node: number
  c: number
  ratio: number
}

export interface Race {
  /** Of the best round. */
  ratio: number
  rounds: Round[]
  /** Of each side in each round. */
  launches: number
  /** How many calls a launch makes. */
  calls: number
}

const only = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc']
// The kernel takes namespaces apart in the background; neither side shall pay for the other's.
const breath = 2

/** Launches the same plan from Node and from C in turns, and compares the medians. */
export async function race(directory: string, root: string, rounds: number, launches: number): Promise<Race> {
  const who = whoAmI()
  const planned = (): Plan => {
    const { box, pieces } = resolve({ argv: ['/true'], only, root, hostname: 'bench' }, who)
    return compose(box, pieces)
  }
  const fromNode = async () => {
    const before = process.hrtime.bigint()
    const { exit } = await launch(planned())
    const { code, signal } = await exit
    const took = Number(process.hrtime.bigint() - before)
    if (code || signal) throw new Error(`true ended with status ${code}, signal ${signal}`)
    return took
  }
  const rival = rivalOf(planned(), directory)
  const sides = { node: fromNode, c: () => rival.launch() }

  const run = async (count: number): Promise<Round> => {
    const took: Record<keyof typeof sides, number[]> = { node: [], c: [] }
    for (let turn = 0; turn < count; turn++) {
      // Who comes second finds the caches of who came first, so they take turns in that, too.
      for (const side of turn % 2 ? (['node', 'c'] as const) : (['c', 'node'] as const)) {
        took[side].push(await sides[side]())
        await pause(breath)
      }
    }
    const [node, c] = [median(took.node) / 1000, median(took.c) / 1000]
    return { node, c, ratio: node / c }
  }

  try {
    await run(300) // warm
    const done: Round[] = []
    for (let round = 0; round < rounds; round++) done.push(await run(launches))
    return {
      ratio: Math.min(...done.map(({ ratio }) => ratio)),
      rounds: done,
      launches,
      calls: planned().calls.length,
    }
  } finally {
    rival.end()
  }
}
