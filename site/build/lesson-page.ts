import { existsSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { Block, Lesson, Step, Variant } from '../../src/literate/lesson.ts'
import { findLessons } from '../../src/literate/lessons.ts'
import { parseLesson, stepsOf } from '../../src/literate/parse.ts'
import { hashStep, type Recording, readRecording, recordingFile } from '../../src/literate/record.ts'
import { applies } from '../../src/literate/stage.ts'
import { type CheckSource, readCheckSources } from './check-sources.ts'
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
 * @throws LessonError when it does not follow the format
 */
export function readLessonPage(file: string): LessonPage {
  const dir = dirname(file)
  const checks = join(dir, 'checks.ts')
  const [hybrid, v2] = machines.map((machine) => recordingFile(dir, machine)) as [string, string]
  return {
    lesson: parseLesson(file, root),
    files: [checks, hybrid, v2].filter(existsSync),
    checks: readCheckSources(checks),
    recorded: { hybrid: readRecording(hybrid), v2: readRecording(v2) },
  }
}

/** Whether a file is a lesson or a translation of one. */
export function isLesson(file: string): boolean {
  return /^lessons\/\d\d-[^/]+\/lesson(\.[a-z]+)?\.md$/.test(relative(root, file))
}

/** What was recorded of a step, if that is still the step: of the hybrid machine, or of the one it is for. */
export function recordedStep({ recorded }: LessonPage, step: Step): Recording['steps'][string] | undefined {
  return machines
    .filter((machine) => applies(step.when, machine))
    .map((machine) => recorded[machine]?.steps[step.id])
    .find((entry) => entry?.hash === hashStep(step))
}

export function recordedLook(
  { recorded }: LessonPage,
  { id, when }: { id: string; when?: Variant },
): Recording['checks'][string] | undefined {
  return machines
    .filter((machine) => applies(when, machine))
    .map((machine) => recorded[machine]?.checks[id])
    .find((entry) => entry !== undefined)
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
      .filter((step) => !recordedStep(page, step) && !known(page, step.id))
      .map(({ id, line }) => `${where(line)}: step "${id}" has no recording`)
    const unseen = lesson.blocks
      .filter((block) => isSeen(block) && !recordedLook(page, block))
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
