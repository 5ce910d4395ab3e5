import { beforeAll, describe, expect, test } from 'vitest'
import { cgroupsHere, stageOf } from '../../src/cli/stage.ts'
import { projectFile } from '../../src/kernel/index.ts'
import {
  applies,
  type Block,
  type CheckResult,
  findLessons,
  type Lesson,
  type LessonResult,
  loadLesson,
  parseLesson,
  readRecording,
  recordingFile,
  runLesson,
  type StepResult,
  staleSteps,
  type TaskResult,
} from '../../src/literate/index.ts'
import { openBench } from '../support/open-bench.ts'

type Result = StepResult | CheckResult | TaskResult
type Runnable = Extract<Block, { id: string }>

const cgroups = cgroupsHere()

function runnable(lesson: Lesson): Runnable[] {
  return lesson.blocks.filter((block): block is Runnable => 'id' in block && applies(block.when, cgroups))
}

/** Why something did not pass, as `cooper check` says it. */
function complaint(result: Result): string {
  const mismatch =
    result.kind === 'task'
      ? result.solve.find((step) => step.mismatch)?.mismatch
      : result.kind === 'step'
        ? result.mismatch
        : undefined
  const place = mismatch ? [`${mismatch.file}:${mismatch.line}`, ...mismatch.diff] : []
  return [`${result.kind} ${result.id}: ${result.reason}`, ...place].join('\n')
}

describe.each(findLessons(projectFile()))('lesson $id', (ref) => {
  const lesson = parseLesson(ref.file, projectFile())
  const results = new Map<string, Result>()
  let all: LessonResult

  beforeAll(async () => {
    const { lesson, checks, problems } = await loadLesson(ref, projectFile())
    expect(problems).toEqual([])
    const { workbench, close } = await openBench()
    try {
      all = await runLesson(lesson, checks, stageOf(workbench))
    } finally {
      await close()
    }
    for (const result of [...all.steps, ...all.checks, ...all.tasks])
      results.set(`${result.kind} ${result.id}`, result)
  })

  test.for(runnable(lesson).map(({ kind, id }) => `${kind} ${id}`))('%s', (name, ctx) => {
    const result = results.get(name)!
    if (result.status === 'skipped') return ctx.skip(result.reason)
    if (result.status === 'failed') throw new Error(complaint(result))
  })

  test.for(Object.entries(lesson.claims))('%s: %s', ([id], ctx) => {
    const proofs = all.checks.filter(({ claims }) => claims.includes(id))
    expect(proofs.length).toBeGreaterThan(0)
    if (proofs.every(({ status }) => status === 'skipped')) return ctx.skip(proofs[0]!.reason)
    expect(proofs.map(({ status }) => status)).toContain('passed')
  })

  test('two tasks at least, each with hints that get nearer', () => {
    const tasks = lesson.blocks.filter((block) => block.kind === 'task')
    expect(tasks.length).toBeGreaterThanOrEqual(2)
    for (const { hints } of tasks) expect(hints.length).toBeGreaterThanOrEqual(2)
  })

  test('its recording is of these very steps', (ctx) => {
    const recorded = readRecording(recordingFile(lesson.dir, cgroups))
    if (!recorded) return ctx.skip('not recorded on such a machine yet')
    expect(staleSteps(lesson, recorded, cgroups)).toEqual([])
  })
})

test('the first two lessons make all the claims they must', () => {
  const [process, pid] = findLessons(projectFile()).map(({ file }) => parseLesson(file, projectFile()))
  const numbered = (letter: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)
  expect(Object.keys(process!.claims)).toEqual(numbered('C', 8))
  expect(Object.keys(pid!.claims)).toEqual(numbered('P', 10))
})
