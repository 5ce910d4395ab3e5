import { what } from '../facts/changes/words.ts'
import type { Bench, Process } from '../facts/index.ts'

/**
 * Who was alive when a step had last worked. A step that fails later may have needed one of them, and what it printed
 * seldom says so.
 */
export class Standing {
  #alive: Process[] = []

  note(bench: Bench): void {
    this.#alive = living(bench)
  }

  /** Those that have ended since: `13 (sleep 1001)`, by the bench's numbers. */
  ended(bench: Bench): string[] {
    const now = living(bench)
    const lives = ({ pid, started }: Process) => now.some((one) => one.pid === pid && one.started === started)
    return this.#alive.filter((one) => !lives(one)).map(what)
  }
}

const living = (bench: Bench) => bench.processes().filter(({ state }) => state !== 'Z')
