import { setTimeout as pause } from 'node:timers/promises'
import { machine, requireProcess } from '../facts/index.ts'
import { look } from './look/terminal.ts'
import type { Options } from './options.ts'
import { renderUsage } from './stats/draw.ts'
import { type Sample, sample, type Usage, usageOf } from './stats/sample.ts'
import { UsageError } from './usage.ts'

/** Between two looks, in milliseconds. */
const interval = 1000

/**
 * What processes and their neighbours in the same groups use: in a terminal redrawn each second until all of them have
 * ended or somebody presses Ctrl-C; else one reading. With `--json` a line of JSON each second.
 */
export async function stats(args: string[], options: Options<'stats'>): Promise<number> {
  const pids = [...new Set(args.map(pidOf))]
  for (const pid of pids) requireProcess(machine, pid)
  const once = options['no-stream'] || !(options.json || process.stdout.isTTY)
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal)
  let drawn = 0
  let before = await samples(pids)
  try {
    for (;;) {
      await pause(interval, undefined, { signal: stop.signal }).catch(() => {})
      const now = await samples(pids)
      if (stop.signal.aborted || now.length === 0) return 0
      const usages = now.map((one) =>
        usageOf(
          before.find(({ process: { pid } }) => pid === one.process.pid),
          one,
        ),
      )
      if (options.json) console.log(JSON.stringify(usages))
      else drawn = draw(usages, drawn)
      if (once) return 0
      before = now
    }
  } finally {
    process.off('SIGINT', onSignal)
  }
}

async function samples(pids: number[]): Promise<Sample[]> {
  return (await Promise.all(pids.map(sample))).filter((one) => one !== undefined)
}

/** Draws over what stood there, and says how many lines it took. */
function draw(usages: Usage[], above: number): number {
  const lines = renderUsage(usages, look(process.stdout, process.env))
  const back = above > 0 ? `\x1b[${above}A\x1b[J` : ''
  process.stdout.write(`${back}${lines.join('\n')}\n`)
  return lines.length
}

function pidOf(text: string): number {
  // As many digits as the kernel's largest pid_max may have.
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new UsageError(`'${text}' is no process number. Say one or more, such as: cooper stats 1`)
  return Number(text)
}
