import type { Stage } from '../literate/index.ts'
import type { Workbench } from '../workbench/index.ts'
import { groups } from '../workbench/probes/cgroups.ts'
import { probe, thisMachine } from '../workbench/probes.ts'

/** The machine's cgroups, as far as variants of steps go. */
export function cgroupsHere(): Stage['cgroups'] {
  const { version } = groups(thisMachine())
  // Without any, what needs them says so itself.
  return version === 'none' ? 'v2' : version
}

/** A workbench as the runner of lessons sees it. */
export function stageOf(workbench: Workbench): Stage {
  const known = new Map<string, Promise<{ ok: boolean; reason?: string }>>()
  return {
    bench: workbench.bench,
    cgroups: cgroupsHere(),
    terminal: (name) => workbench.terminal(name),
    observe: (act) => workbench.observe(act),
    probe: (name) => {
      let asked = known.get(name)
      if (!asked) {
        asked = look(name)
        known.set(name, asked)
      }
      return asked
    },
  }
}

async function look(name: string): Promise<{ ok: boolean; reason?: string }> {
  const entry = probe(name)
  if (!entry) return { ok: false, reason: `doctor has no probe of that name` }
  const { ok, found, why } = await entry.look(thisMachine())
  return ok ? { ok } : { ok, reason: why ?? found }
}
