import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stateDir } from '../workbench/state.ts'

/** How far a learner is: kept by ids, so that a lesson that was edited still knows what was done. */
export interface Progress {
  format_version: 1
  /** The tour was started once. */
  started?: string
  lessons: Record<string, LessonProgress>
}

export interface LessonProgress {
  /** Index-free: the id of the step, check or task that comes next. */
  next?: string
  /** Claims that were seen proved. */
  proved: string[]
  tasks: string[]
  /** When it was finished, ISO 8601. */
  finished?: string
}

const file = () => join(stateDir(), 'progress.json')

/** Reads it; a file that is not ours (or half a one) is as if there was none. */
export function readProgress(): Progress {
  try {
    const read = JSON.parse(readFileSync(file(), 'utf8')) as Progress
    if (read.format_version === 1 && typeof read.lessons === 'object') return read
  } catch {
    // Nothing yet.
  }
  return { format_version: 1, lessons: {} }
}

/** Changes it: what others wrote meanwhile stays. */
export function noteProgress(change: (progress: Progress) => void): void {
  const progress = readProgress()
  change(progress)
  mkdirSync(stateDir(), { recursive: true })
  const next = `${file()}.${process.pid}`
  writeFileSync(next, `${JSON.stringify(progress, null, 2)}\n`)
  renameSync(next, file())
}

/** One lesson's progress, made when it is first asked for. */
export function progressOf(progress: Progress, lesson: string): LessonProgress {
  progress.lessons[lesson] ??= { proved: [], tasks: [] }
  return progress.lessons[lesson]
}
