import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { stateDir } from '../workbench/state.ts'

const lesson = v.object({
  /** Index-free: the id of the step, check or task that comes next. */
  next: v.optional(v.string()),
  /** Claims that were seen proved. */
  proved: v.array(v.string()),
  tasks: v.array(v.string()),
  /** When it was finished, ISO 8601. */
  finished: v.optional(v.string()),
})

const progress = v.object({
  format_version: v.literal(1),
  /** When the first container was made. */
  started: v.optional(v.string()),
  lessons: v.record(v.string(), lesson),
})

/** How far a learner is: kept by ids, so that a lesson that was edited still knows what was done. */
export type Progress = v.InferOutput<typeof progress>

export type LessonProgress = v.InferOutput<typeof lesson>

const file = () => join(stateDir(), 'progress.json')

/** Reads it; a file that is not ours (or half a one) is as if there was none. */
export function readProgress(): Progress {
  return readFile() ?? { format_version: 1, lessons: {} }
}

function readFile(): Progress | undefined {
  try {
    const read = v.safeParse(progress, JSON.parse(readFileSync(file(), 'utf8')))
    return read.success ? read.output : undefined
  } catch {
    return undefined
  }
}

/** Changes it: what others wrote meanwhile stays. What cannot be kept is not worth ending a lesson for. */
export function noteProgress(change: (progress: Progress) => void): void {
  const before = readFile()
  const now = before ?? { format_version: 1, lessons: {} }
  change(now)
  try {
    // Somebody's, perhaps a newer cooper's: set aside, not lost.
    if (!before && existsSync(file())) renameSync(file(), `${file()}.unreadable`)
    const next = `${file()}.${process.pid}`
    writeFileSync(next, `${JSON.stringify(now, null, 2)}\n`)
    renameSync(next, file())
  } catch {
    // A full disk, or a file somebody else owns.
  }
}

/** One lesson's progress, made when it is first asked for. */
export function progressOf({ lessons }: Progress, id: string): LessonProgress {
  if (!Object.hasOwn(lessons, id)) lessons[id] = { proved: [], tasks: [] }
  return lessons[id]!
}
