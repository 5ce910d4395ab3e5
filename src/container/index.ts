export { assemblyPoint } from './assembly-point.ts'
export type { Box, IdMap, Ids, Join } from './box.ts'
export {
  type BoxGroups,
  hybrid,
  type LimitFlags,
  openGroups,
  placesFor,
  usualDevices,
} from './cgroup/index.ts'
export { compose, type Plan, type PlannedCall } from './compose.ts'
export { type Explained, explain, explainCall, explainText } from './explain.ts'
export { idsFor, type Who } from './ids.ts'
export { type Ended, type Launched, type LaunchOptions, launch, type Traced } from './launch.ts'
export { fromArchiveNames, toArchiveNames } from './overlay/archive.ts'
export { type LayerChange, layerChanges } from './overlay/changes.ts'
export { whyNoLayers } from './overlay/here.ts'
export { type SaveOptions, saveLayer } from './overlay/save.ts'
export { whyNotLowest } from './overlay/trial.ts'
export { type Call, call, type Piece } from './piece.ts'
export { pieces } from './pieces.ts'
export { resolve, UnknownPiece, type Wish } from './resolve.ts'
export { toScript } from './script.ts'
export { type Stage, stageOrder, stages } from './stages.ts'
