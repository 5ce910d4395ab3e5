import type { View } from '../view.ts'
import { type CpuFacts, cpuFacts } from './cpu.ts'
import { type CpusetFacts, cpusetFacts } from './cpuset.ts'
import { frozen } from './freezer.ts'
import { type Group, groupsOf } from './hierarchies.ts'
import { type IoFacts, ioFacts } from './io.ts'
import { type MemoryFacts, memoryFacts } from './memory.ts'
import { type PidsFacts, pidsFacts } from './pids.ts'
import { type PressureFacts, pressureFacts } from './pressure.ts'

/** What the groups of a process say, in whichever version: limits, usage, events. Absent: no such controller here. */
export interface GroupFacts {
  groups: Group[]
  memory?: MemoryFacts
  cpu?: CpuFacts
  io?: IoFacts
  pids?: PidsFacts
  cpuset?: CpusetFacts
  frozen?: boolean
  pressure?: PressureFacts
}

/** Reads the groups of a process: of all who are in them, not of the process alone. */
export function groupFacts(view: View, pid: number): GroupFacts {
  return factsIn(groupsOf(view, pid))
}

/** Reads groups by their directories; they need no process. */
export function factsIn(groups: Group[]): GroupFacts {
  return {
    groups,
    memory: memoryFacts(groups),
    cpu: cpuFacts(groups),
    io: ioFacts(groups),
    pids: pidsFacts(groups),
    cpuset: cpusetFacts(groups),
    frozen: frozen(groups),
    pressure: pressureFacts(groups),
  }
}
