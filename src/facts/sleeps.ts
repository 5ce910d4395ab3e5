import type { Bench, Look } from './check.ts'
import type { Process } from './processes.ts'

/** Whether a process is `sleep SECONDS`, by whatever path it was called. */
export function isSleep(one: Process | undefined, seconds: string): boolean {
  return (
    one?.command.length === 2 && /^(.*\/)?sleep$/.test(one.command[0] ?? '') && one.command[1] === seconds
  )
}

/** How far one process is: what is seen of it, and in a sentence what it lacks; with nothing lacking it is done. */
export interface Attempt {
  saw: string
  lacks?: string | undefined
}

/**
 * A task's look: any `sleep SECONDS` that lacks nothing will do; else it speaks about the newest.
 *
 * @param done why such a process proves it
 */
export async function anySleep(
  bench: Bench,
  seconds: string,
  { expected, done }: { expected: string; done: string },
  look: (one: Process) => Attempt | Promise<Attempt>,
): Promise<Look> {
  const sleeps = bench.processes().filter((one) => isSleep(one, seconds))
  const attempts = await Promise.all(sleeps.map(look))
  const best = attempts.find(({ lacks }) => !lacks) ?? attempts.at(-1)
  if (!best)
    return { ok: false, expected, saw: `no sleep ${seconds}`, why: 'Nothing of that name is running.' }
  return { ok: !best.lacks, expected, saw: best.saw, why: best.lacks ?? done }
}
