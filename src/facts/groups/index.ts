export type { CpuFacts } from './cpu.ts'
export { type CpusetFacts, cpusetFacts, listed } from './cpuset.ts'
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
export { type MemoryFacts, memoryFacts } from './memory.ts'
export { type PidsFacts, pidsFacts } from './pids.ts'
export { type Pressure, type PressureFacts, parsePressure } from './pressure.ts'
