export type { CpuFacts } from './cpu.ts'
export { type CpusetFacts, listed } from './cpuset.ts'
export { factsIn, type GroupFacts, groupFacts } from './groups.ts'
export {
  controllersOf,
  directoryIn,
  type Group,
  groupsOf,
  type Hierarchy,
  hierarchies,
} from './hierarchies.ts'
export type { IoFacts, IoOfDevice } from './io.ts'
export type { MemoryFacts } from './memory.ts'
export type { PidsFacts } from './pids.ts'
export { type Pressure, type PressureFacts, parsePressure } from './pressure.ts'
