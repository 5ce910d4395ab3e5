export { asRootOf, type MappedIds } from './as-root-of.ts'
export type { Instruction } from './calls/device-program.ts'
export { type Act, type ArgsOf, type VerbName, verbOf, verbs } from './calls/index.ts'
export { cannotHoldUpper } from './calls/overlay-causes.ts'
export type { Path } from './calls/path.ts'
export type { Cause, Live, Sight } from './calls/verb.ts'
export { word } from './calls/verb.ts'
export { allCapabilities, capabilityName } from './capabilities.ts'
export { claim, claimed, locked } from './claims.ts'
export { errnoCode, errnoText, KernelError, type Refusal } from './error.ts'
export { type MountFlag, type Namespace, namespaceBits, namespaceNames } from './flags.ts'
export { type Encoded, native, nativeFile } from './native.ts'
export { patiently } from './patience.ts'
export { runProgram } from './program.ts'
export { projectFile } from './project.ts'
export { type Entry, readIn } from './read-in.ts'
export { readInRoot } from './read-in-root.ts'
export {
  type Exit,
  type Failure,
  type Made,
  programPaths,
  type Report,
  type Spawned,
  type SpawnPlan,
  spawn,
} from './spawn.ts'
export { tryClone } from './try-clone.ts'
