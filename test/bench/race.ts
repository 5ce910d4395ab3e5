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
  /** How much of Node's time went into `resolve` and `compose`, which C has compiled in: microseconds, the median. */
  planned: number
}

export interface Course {
  /** For the C program. */
  directory: string
  /** The container's root. */
  root: string
  rounds: number
  launches: number
}

const only = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc']
// Warm: the functions are compiled, the caches filled.
const warmUp = 300
// The kernel takes namespaces apart in the background, in milliseconds; neither side shall pay for the other's.
const breath = 2

/** Plans and launches a container from Node, launches the same from C, in turns, and compares the medians. */
export async function race({ directory, root, rounds, launches }: Course): Promise<Race> {
  const who = whoAmI()
  const plan = (): Plan => {
    const { box, pieces } = resolve({ argv: ['/true'], only, root, hostname: 'bench' }, who)
    return compose(box, pieces)
  }
  const rival = rivalOf(plan(), directory)
  let planning: number[] = []
  const sides = {
    node: async () => {
      const began = process.hrtime.bigint()
      const fresh = plan()
      const planned = process.hrtime.bigint()
      const { exit } = await launch(fresh)
      const { code, signal } = await exit
      const ended = process.hrtime.bigint()
      if (code || signal) throw new Error(`true ended with status ${code}, signal ${signal}`)
      planning.push(Number(planned - began))
      return Number(ended - began)
    },
    c: () => rival.launch(),
  }

  const run = async (turns: number): Promise<Round> => {
    const took: Record<keyof typeof sides, number[]> = { node: [], c: [] }
    for (let turn = 0; turn < turns; turn++) {
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
    await run(warmUp)
    planning = []
    const done: Round[] = []
    for (let round = 0; round < rounds; round++) done.push(await run(launches))
    const ratio = Math.min(...done.map((round) => round.ratio))
    return { ratio, rounds: done, launches, calls: plan().calls.length, planned: median(planning) / 1000 }
  } finally {
    rival.end()
  }
}
