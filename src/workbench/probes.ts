import { cgroupProbes } from './probes/cgroups.ts'
import { cooperProbes } from './probes/cooper.ts'
import { idProbes } from './probes/ids.ts'
import { kernelProbes } from './probes/kernel.ts'
import { limitProbes } from './probes/limits.ts'
import { type Machine, thisMachine } from './probes/machine.ts'
import { namespaceProbes } from './probes/namespaces.ts'
import type { Finding, Probe } from './probes/probe.ts'
import { toolProbes } from './probes/tools.ts'

export { distribution } from './probes/distribution.ts'
export { type Machine, thisMachine } from './probes/machine.ts'
export type { Finding, Probe } from './probes/probe.ts'

/** Everything lessons may require of a machine, in the order in which one thing needs the other. */
export const probes: readonly Probe[] = [
  ...kernelProbes,
  ...cooperProbes,
  ...namespaceProbes,
  ...idProbes,
  ...cgroupProbes,
  ...toolProbes,
  ...limitProbes,
]

/** The probe of that name, as a lesson's `requires:` has it; undefined when there is none. */
export function probe(name: string): Probe | undefined {
  return probes.find((entry) => entry.name === name)
}

/** A probe and what it saw. */
export type Probed = Omit<Probe, 'look'> & Finding

/** All probes, one after the other: some make children, and at once they would disturb each other. */
export async function runProbes(machine: Machine = thisMachine()): Promise<Probed[]> {
  const results: Probed[] = []
  for (const { name, title, needed, look } of probes) {
    results.push({ name, title, needed, ...(await look(machine)) })
  }
  return results
}
