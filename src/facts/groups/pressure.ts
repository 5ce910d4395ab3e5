import { fileOf } from './file.ts'
import type { Group } from './hierarchies.ts'

/** How long somebody (`some`) or everybody (`full`) of a group had to wait: percent of the last seconds, and microseconds. */
export interface Pressure {
  avg10: number
  avg60: number
  avg300: number
  total: number
}

export type PressureFacts = Partial<Record<'cpu' | 'memory' | 'io', { some?: Pressure; full?: Pressure }>>

// #region pressure
/** Pressure stall information of a group: version 2 only, and only where the kernel keeps it. */
export function pressureFacts(groups: readonly Group[]): PressureFacts | undefined {
  const group = groups.find(({ version }) => version === 2)
  if (!group) return undefined
  const facts: PressureFacts = {}
  for (const kind of ['cpu', 'memory', 'io'] as const) {
    const text = fileOf(group, `${kind}.pressure`)
    if (text) facts[kind] = parsePressure(text)
  }
  return Object.keys(facts).length > 0 ? facts : undefined
}
// #endregion pressure

/** `some avg10=0.00 avg60=0.00 avg300=0.00 total=0` */
export function parsePressure(text: string): { some?: Pressure; full?: Pressure } {
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => {
        const [who, ...pairs] = line.split(' ')
        return [
          who,
          Object.fromEntries(
            pairs.map((pair) => pair.split('=')).map(([key, value]) => [key, Number(value)]),
          ),
        ]
      }),
  )
}
