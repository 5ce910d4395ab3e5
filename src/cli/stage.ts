import type { Stage } from '../literate/index.ts'
import type { Workbench } from '../workbench/index.ts'
import { groups } from '../workbench/probes/cgroups.ts'
import { probe as probeOf, thisMachine } from '../workbench/probes.ts'

/** The machine's cgroups, as far as variants of steps go. */
export function cgroupsHere(): Stage['cgroups'] {
  const { version } = groups(thisMachine())
  // Without any, what needs them says so itself.
  return version === 'none' ? 'v2' : version
}

/**
 * A workbench as the runner of lessons sees it.
 *
 * @param observes whether what a step changed is looked at, which for a network takes longer than most steps
 */
export function stageOf(workbench: Workbench, observes = true): Stage {
  const { cgroups, probe } = machineStage()
  return {
    cgroups,
    probe,
    bench: workbench.bench,
    terminal: (name) => workbench.terminal(name),
    observe: async (act) => (observes ? workbench.observe(act) : { value: await act(), changed: [] }),
  }
}

/** What can be said of the machine before there is a workbench; a lesson that lacks something needs none. */
export function machineStage(): Stage {
  const known = new Map<string, Promise<{ ok: boolean; reason?: string }>>()
  const absent = () => Promise.reject(new Error('there is no workbench'))
  return {
    get bench(): Stage['bench'] {
      throw new Error('there is no workbench')
    },
    terminal: absent,
    observe: absent,
    cgroups: cgroupsHere(),
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
  const entry = probeOf(name)
  if (!entry) return { ok: false, reason: `doctor has no probe of that name` }
  const { ok, found, why } = await entry.look(thisMachine())
  return ok ? { ok } : { ok, reason: why ?? found }
}
