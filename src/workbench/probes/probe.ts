import { type Machine, thisMachine } from './machine.ts'

/** What a probe saw. */
export interface Finding {
  ok: boolean
  /** A short phrase: `6.1.0-18-amd64`. */
  found: string
  /** The cause, when it is not ok; sometimes, what that means for the lessons. */
  why?: string
  /** What to do, one way a line; the first is the best. Lines of a file to write are lines of one entry. */
  remedy?: string[]
}

/** One thing the lessons may need from a machine. Lessons name it in `requires:`. */
export interface Probe {
  name: string
  /** What it is about, as a phrase. */
  title: string
  /** `lessons`: none runs without it. `some`: those that name it are skipped without it. */
  needed: 'lessons' | 'some'
  /** Looks, and changes nothing. Never throws. */
  look(machine?: Machine): Promise<Finding>
}

/** What a file of probes writes down; `look` may throw and may count on Linux. */
export interface Entry extends Omit<Probe, 'look'> {
  /** Says something useful elsewhere than on Linux. */
  anywhere?: true
  look(machine: Machine): Finding | Promise<Finding>
}

/** Makes a probe of an entry: nothing is looked at yet. */
export function define({ name, title, needed, anywhere, look }: Entry): Probe {
  return {
    name,
    title,
    needed,
    async look(machine = thisMachine()) {
      if (machine.platform !== 'linux' && !anywhere) {
        return { ok: false, found: 'not looked for', why: 'this is not Linux' }
      }
      try {
        return await look(machine)
      } catch (error) {
        return { ok: false, found: 'not known', why: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}
