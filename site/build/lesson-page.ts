import { existsSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { Block, Lesson, Step, Variant } from '../../src/literate/lesson.ts'
import { findLessons, type LessonRef } from '../../src/literate/lessons.ts'
import { parseLesson, stepsOf } from '../../src/literate/parse.ts'
import { hashStep, type Recording, readRecording, recordingFile } from '../../src/literate/record.ts'
import { applies } from '../../src/literate/stage.ts'
import { type CheckSource, readCheckSources } from './check-sources.ts'
import { provePictures } from './markdown/pictures.ts'
import type { Language } from './pages.ts'
import { root } from './project.ts'

/** What a lesson's page is made of: the lesson, what was recorded of it, and the source of its checks. */
export interface LessonPage {
  lesson: Lesson
  /** The files beside the lesson that its page depends on. */
  files: string[]
  checks: Record<string, CheckSource>
  recorded: Record<Machine, Recording | undefined>
}

/** A machine that was recorded; a hybrid one stands for v1. */
export type Machine = 'hybrid' | 'v2'

const machines: Machine[] = ['hybrid', 'v2']

/**
 * Reads a lesson, or its translation, for its page.
 *
 * @throws LessonError when it does not follow the format, or shows a picture that is not there
 */
export function readLessonPage(file: string): LessonPage {
  const dir = dirname(file)
  const checks = join(dir, 'checks.ts')
  const lesson = parseLesson(file, root)
  provePictures(lesson)
  const [hybrid, v2] = machines.map((machine) => recordingFile(dir, machine)) as [string, string]
  return {
    lesson,
    files: [checks, hybrid, v2].filter(existsSync),
    checks: readCheckSources(checks),
    recorded: { hybrid: readRecording(hybrid), v2: readRecording(v2) },
  }
}

/** Whether a file is a lesson or a translation of one. */
export function isLesson(file: string): boolean {
  return /^lessons\/\d\d-[^/]+\/lesson(\.[a-z]+)?\.md$/.test(relative(root, file))
}

/** A lesson's file in a language, absolute; undefined when it is not translated. */
export function lessonIn(
  { dir, file }: Pick<LessonRef, 'dir' | 'file'>,
  language: Language,
): string | undefined {
  const own = language === 'en' ? file : join(dir, `lesson.${language}.md`)
  return existsSync(own) ? own : undefined
}

/** Something that was recorded, and for which version of control groups it is when there is another one. */
export interface Recorded<T> {
  value: T
  when?: Variant
  /** All values that were captured on that machine. */
  captures: Record<string, string>
}

/**
 * What was recorded of a step, as long as it is still that step. One machine tells it, the hybrid one or the one it is
 * for. Where a lesson has variants, both tell everything: who reads of version 2 wants to see a machine that has it.
 */
export function recordedSteps(page: LessonPage, step: Step): Recorded<Recording['steps'][string]>[] {
  return told(page, step.when, ({ steps }) => {
    const entry = Object.hasOwn(steps, step.id) ? steps[step.id] : undefined
    return entry?.hash === hashStep(step) ? entry : undefined
  })
}

/** What a check, or a task's check, saw. */
export function recordedLooks(
  page: LessonPage,
  { id, when }: { id: string; when?: Variant },
): Recorded<Recording['checks'][string]>[] {
  return told(page, when, ({ checks }) => (Object.hasOwn(checks, id) ? checks[id] : undefined))
}

function told<T>(page: LessonPage, when: Variant | undefined, pick: (recording: Recording) => T | undefined) {
  const found = machines.flatMap((machine): Recorded<T>[] => {
    const recording = applies(when, machine) ? page.recorded[machine] : undefined
    const value = recording && pick(recording)
    if (!recording || value === undefined) return []
    const captures = Object.assign({}, ...Object.values(recording.steps).map((step) => step.captures))
    return [{ value, captures, when: machine === 'v2' ? 'cgroup-v2' : 'cgroup-v1' }]
  })
  if (when === undefined && found.length > 1 && hasVariants(page)) return found
  return found.slice(0, 1).map((one) => ({ ...one, when: undefined }))
}

/** Whether something in a lesson is for one version of control groups only. */
export function hasVariants({ lesson }: LessonPage): boolean {
  return (
    lesson.blocks.some((block) => 'when' in block && block.when) ||
    stepsOf(lesson.blocks).some(([, step]) => step.when)
  )
}

/** Everything because of which the site would not show what ran; a sentence each. */
export function findPageProblems(): string[] {
  return findLessons(root).flatMap(({ file }) => {
    const page = readLessonPage(file)
    const { lesson, recorded } = page
    const name = basename(lesson.dir)
    const steps = new Map(stepsOf(lesson.blocks))
    const where = (line: number) => `${relative(root, file)}:${line}`
    const unrecorded = [...steps.values()]
      .filter((step) => !recordedSteps(page, step).length && !known(page, step.id))
      .map(({ id, line }) => `${where(line)}: step "${id}" has no recording`)
    const unseen = lesson.blocks
      .filter((block) => isSeen(block) && !recordedLooks(page, block).length)
      .map((block) => `${where(block.line)}: "${(block as { id: string }).id}" has no recorded look`)
    const stale = machines.flatMap((machine) =>
      Object.entries(recorded[machine]?.steps ?? {})
        .filter(([id, { hash }]) => !steps.has(id) || hashStep(steps.get(id)!) !== hash)
        .map(([id]) => `${name}/recorded/${machine}.json: the recording of "${id}" is older than its step`),
    )
    return [...unrecorded, ...unseen, ...stale]
  })
}

const known = ({ recorded }: LessonPage, id: string) =>
  machines.some((machine) => Object.hasOwn(recorded[machine]?.steps ?? {}, id))

const isSeen = (block: Block): block is Extract<Block, { kind: 'check' | 'task' }> =>
  block.kind === 'check' || block.kind === 'task'
