export { allCapabilities } from './capabilities.ts'
export { type CgroupPlace, cgroups } from './cgroups.ts'
export { otherEnd, type Placed } from './changes/links.ts'
export { fallbacks as tunnelFallbacks } from './changes/networks.ts'
export { type Change, changes } from './changes.ts'
export { type Bench, type Captures, type Check, checks, type Look } from './check.ts'
export { type Device, devices, devicesList, isListed } from './devices.ts'
export {
  type CpuFacts,
  type CpusetFacts,
  cpusetFacts,
  factsIn,
  type Group,
  type GroupFacts,
  groupFacts,
  groupsOf,
  type Hierarchy,
  hierarchies,
  type IoFacts,
  type IoOfDevice,
  listed,
  type MemoryFacts,
  memoryFacts,
  type PidsFacts,
  type Pressure,
  type PressureFacts,
  pidsFacts,
} from './groups/index.ts'
export { type CapabilitySets, type IdFacts, type IdRange, ids } from './ids.ts'
export {
  type IpcFacts,
  type IpcObject,
  ipc,
  type MessageQueue,
  type PosixQueue,
  posixQueues,
  type SemaphoreSet,
  type SharedMemory,
} from './ipc.ts'
export {
  isOpaque,
  isWhiteout,
  type LayerEntry,
  type Layers,
  layerOf,
  layers,
  layersThrough,
  layersUnder,
  seenThrough,
} from './layers.ts'
export { type Mount, mountAt, mountOf, mounts, type Propagation } from './mounts.ts'
export { groupName, type NamedMaps, type NamedRange, namedMaps, userName } from './names.ts'
export {
  allNamespaces,
  type NamespaceKind,
  type NamespaceRef,
  type Namespaces,
  type NamespaceType,
  namespaces,
  namespaceTypes,
  sameNamespace,
  sharedWith,
} from './namespaces.ts'
export {
  type Address,
  type Cable,
  cables,
  type Link,
  type Listener,
  listeners,
  type NetFacts,
  net,
  netHere,
  type Route,
  type Rules,
  rules,
} from './net/index.ts'
export { resolvePath, sameFile } from './paths.ts'
export {
  children,
  descendants,
  type Process,
  parents,
  process,
  processes,
  requireProcess,
} from './processes.ts'
export { readStat, readText } from './read.ts'
export { type Snapshot, snapshot } from './snapshot.ts'
export type { Ids } from './status.ts'
export { type SubIds, subIds } from './subids.ts'
export { type UtsFacts, uts } from './uts.ts'
export { machine, type View, viewOf } from './view.ts'
