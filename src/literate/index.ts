export { fill, missingCaptures } from './captures.ts'
export * from './lesson.ts'
export { findLessons, findProblems, type LessonRef, loadChecks, loadLesson } from './lessons.ts'
export { type OutputBlock, observed } from './observed.ts'
export { parseLesson } from './parse.ts'
export type { Match } from './pattern.ts'
export { runCheck, runTask } from './proof.ts'
export {
  type Recording,
  readRecording,
  recordingFile,
  recordingOf,
  staleSteps,
  writeRecording,
} from './record.ts'
export { type Report, report, unreadable } from './report.ts'
export * from './results.ts'
export { missing, replay, runLesson } from './run.ts'
export { runStep } from './runstep.ts'
export { applies, lacking, type Stage } from './stage.ts'
export { Standing } from './standing.ts'
export type { Typed, Typist } from './typist.ts'
