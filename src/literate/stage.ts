import type { Bench } from '../facts/check.ts'
import type { Variant } from './lesson.ts'
import type { Typist } from './typist.ts'

/** What a lesson is run on: a workbench, seen from the runner. */
export interface Stage {
  /** What checks look at. */
  bench: Bench
  /** The machine's cgroups. */
  cgroups: 'v1' | 'v2' | 'hybrid'
  /** The terminal of this name, opened at its first use. */
  terminal(name: string): Promise<Typist>
  /** Does something, and says in words what it changed in the kernel. */
  observe<T>(act: () => Promise<T>): Promise<{ value: T; changed: string[] }>
  /** Whether a probe of `doctor` passes here; the reason is a sentence for the learner. */
  probe(name: string): Promise<{ ok: boolean; reason?: string }>
}

/**
 * Whether a variant is for this machine. A hybrid machine has v2 mounted too, but its controllers (memory, cpu, pids
 * and the others) are in the v1 trees, and a controller is in one hierarchy only: what a lesson can show there is v1.
 */
export function applies(when: Variant | undefined, cgroups: Stage['cgroups']): boolean {
  return when === undefined || (when === 'cgroup-v2') === (cgroups === 'v2')
}

/** Why something that needs these probes cannot run here; undefined when it can. */
export async function lacking(needs: string[], stage: Pick<Stage, 'probe'>): Promise<string | undefined> {
  for (const name of needs) {
    const { ok, reason } = await stage.probe(name)
    if (!ok) return reason ? `needs ${name}: ${reason}` : `needs ${name}`
  }
  return undefined
}
