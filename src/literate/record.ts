import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { type Lesson, LessonError, type Step } from './lesson.ts'
import { stepsOf } from './parse.ts'
import type { CheckResult, LessonResult, StepResult } from './results.ts'
import { applies, type Stage } from './stage.ts'

const FORMAT = 1

const look = v.object({ expected: v.string(), saw: v.string(), why: v.string() })

const recording = v.object({
  format_version: v.literal(FORMAT),
  lesson: v.string(),
  /** By id: the lesson's steps and its tasks' solves, in the lesson's order. */
  steps: v.record(
    v.string(),
    v.object({
      hash: v.string(),
      on: v.string(),
      commands: v.array(
        v.object({ typed: v.array(v.string()), output: v.array(v.string()), status: v.optional(v.number()) }),
      ),
      captures: v.record(v.string(), v.string()),
      changed: v.array(v.string()),
      ms: v.number(),
    }),
  ),
  /** By id: what checks saw, and what tasks' checks saw once they were solved. */
  checks: v.record(v.string(), look),
})

/** A lesson as it ran on a real kernel: what its page shows. */
export type Recording = v.InferOutput<typeof recording>

/** `recorded/v2.json`, or `recorded/hybrid.json` for every machine whose controllers are v1's. */
export function recordingFile(dir: string, cgroups: Stage['cgroups']): string {
  return join(dir, 'recorded', `${cgroups === 'v2' ? 'v2' : 'hybrid'}.json`)
}

/**
 * What a run showed, as a recording. Only what passed is taken; what was skipped keeps what `previous` says of it,
 * as long as it has not changed.
 */
export function recordingOf(lesson: Lesson, result: LessonResult, previous?: Recording): Recording {
  const steps: Recording['steps'] = {}
  const ran = new Map(
    [...result.steps, ...result.tasks.flatMap((task) => task.solve)].map((step) => [step.id, step]),
  )
  for (const [id, step] of stepsOf(lesson.blocks)) {
    const hash = hashStep(step)
    const now = ran.get(id)
    const before = own(previous?.steps, id)
    if (now?.status === 'passed') steps[id] = recordStep(hash, now)
    else if (before?.hash === hash) steps[id] = before
  }
  const looks = new Map<string, CheckResult | undefined>()
  for (const check of result.checks) looks.set(check.id, check)
  for (const task of result.tasks) looks.set(task.id, task.after)
  const checks: Recording['checks'] = {}
  for (const block of lesson.blocks) {
    if (block.kind !== 'check' && block.kind !== 'task') continue
    const now = looks.get(block.id)
    const before = own(previous?.checks, block.id)
    if (now?.status === 'passed') {
      checks[block.id] = { expected: now.expected ?? '', saw: now.saw ?? '', why: now.why ?? '' }
    } else if (before) checks[block.id] = before
  }
  return { format_version: FORMAT, lesson: lesson.id, steps, checks }
}

function recordStep(
  hash: string,
  { on, commands, captures, changed, ms }: StepResult,
): Recording['steps'][string] {
  return {
    hash,
    on,
    commands: commands.map(({ typed, output, status }) => ({ typed, output, status })),
    captures: Object.fromEntries(Object.entries(captures).sort(([a], [b]) => (a < b ? -1 : 1))),
    changed,
    ms: Math.round(ms),
  }
}

/** Short, and the same as long as the step types and expects the same in the same terminal. */
export function hashStep(step: Step): string {
  const { on, commands } = step
  const essence = [on, commands.map(({ lines, expect, status }) => [lines, expect, status])]
  return createHash('sha256').update(JSON.stringify(essence)).digest('hex').slice(0, 16)
}

/**
 * Steps whose recording is not theirs any more: changed since, never recorded, or recorded and gone.
 *
 * @param cgroups the machine that was recorded: variants for the other are not expected in it
 */
export function staleSteps(lesson: Lesson, recorded: Recording, cgroups: Stage['cgroups']): string[] {
  const steps = new Map(stepsOf(lesson.blocks))
  const changed = [...steps].filter(([id, step]) => {
    return applies(step.when, cgroups) && own(recorded.steps, id)?.hash !== hashStep(step)
  })
  return [...changed.map(([id]) => id), ...Object.keys(recorded.steps).filter((id) => !steps.has(id))]
}

/** @returns undefined when there is none; throws a LessonError when it is not what `writeRecording` writes */
export function readRecording(file: string): Recording | undefined {
  if (!existsSync(file)) return undefined
  const again = `what "cooper check --record" writes, format_version ${FORMAT}`
  let data: unknown
  try {
    data = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new LessonError(file, 1, 'not JSON', again)
  }
  const result = v.safeParse(recording, data)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new LessonError(file, 1, `${v.getDotPath(issue) ?? 'recording'}: ${issue.message}`, again)
}

/** Writes a recording, its folder too; two runs that saw the same write the same bytes, but for `ms`. */
export function writeRecording(file: string, recorded: Recording): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`)
}

function own<T>(table: Record<string, T> | undefined, key: string): T | undefined {
  return table && Object.hasOwn(table, key) ? table[key] : undefined
}
