import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { baseRoot } from '../../../src/workbench/base/base.ts'
import type { Engines, Side } from '../engines.ts'
import { median } from '../median.ts'
import { cooper, ourCommand, ourCore, ourLaunch } from './cooper.ts'
import { docker } from './docker.ts'
import type { Contest, Ground, Ready } from './ground.ts'
import { podman } from './podman.ts'
import { runc } from './runc.ts'

const ours = ['launch', 'cooper run'] as const

/** Makes every engine ready that can be, and lets them run in turns. In namespaces of its own: see ../engines.ts. */
export async function hold({ directory, group, rounds }: Contest): Promise<Engines> {
  const ground: Ground = { directory, group, rounds, base: await baseRoot() }
  const entrants = {
    [ours[0]]: ourLaunch,
    [ours[1]]: ourCommand,
    'launch none': ourCore,
    'docker run': docker,
    'podman run': podman,
    'runc run': runc,
  }
  const ready: Record<string, Ready> = {}
  const missing: Record<string, string> = {}
  for (const [name, start] of Object.entries(entrants))
    try {
      ready[name] = await start(ground)
    } catch (error) {
      missing[name] = (error as Error).message
    }

  const names = Object.keys(ready)
  // docker's bridge stands as long as its daemon runs; ours as long as there is a container.
  const other = await (await cooper(ground))('sleep', '1000')
  const together = await inTurns(ready, names, rounds)
  other.signal(9)
  await other.exit
  const alone = await inTurns(ready, [...ours], 10)
  const side = (name: string): Side => ({
    ms: together[name]!,
    alone: alone[name],
    note: ready[name]!.note,
  })
  return { rounds, sides: Object.fromEntries(names.map((name) => [name, side(name)])), missing }
}

/** The medians, in milliseconds. */
async function inTurns(
  ready: Record<string, Ready>,
  names: string[],
  rounds: number,
): Promise<Record<string, number>> {
  const took = new Map(names.map((name) => [name, [] as number[]]))
  const warmUp = 5
  for (let round = -warmUp; round < rounds; round++)
    // Everybody comes after everybody: who is next finds the caches of who was before.
    for (const name of round % 2 ? names : names.toReversed()) {
      const began = process.hrtime.bigint()
      await run(ready[name]!.launch)
      if (round >= 0) took.get(name)!.push(Number(process.hrtime.bigint() - began) / 1e6)
      // The kernel takes namespaces apart in the background; nobody shall pay for the others'.
      await pause(50)
    }
  return Object.fromEntries(names.map((name) => [name, median(took.get(name)!)]))
}

function run(launch: Ready['launch']): Promise<void> {
  if (typeof launch === 'function') return launch()
  const [program, ...args] = launch as [string, ...string[]]
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('error', reject)
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))))
  })
}
