import { relative } from 'node:path'
import { projectFile } from '../kernel/index.ts'
import {
  type LessonRef,
  type LessonResult,
  lacking,
  loadLesson,
  readRecording,
  recordingFile,
  recordingOf,
  report,
  runLesson,
  unreadable,
  writeRecording,
} from '../literate/index.ts'
import { Workbench } from '../workbench/index.ts'
import { interruptible } from './interrupt.ts'
import { lessonNamed, lessons } from './lessons.ts'
import { marks, spell } from './look/marks.ts'
import { painter } from './look/paint.ts'
import { look } from './look/terminal.ts'
import type { Options } from './options.ts'
import { machineStage, stageOf } from './stage.ts'
import { UsageError } from './usage.ts'

/** Runs lessons as tests. Exit status 1 when anything failed; what cannot run here is skipped with its reason. */
export async function check(names: string[], { all, json, record }: Options<'check'>): Promise<number> {
  if (names.length === 0 && !all)
    throw new UsageError(
      `Which lessons? Name some (${lessons()
        .map(({ id }) => id)
        .join(', ')}), or say --all.`,
    )
  const chosen = names.length > 0 && !all ? names.map(lessonNamed) : lessons()
  const results: LessonResult[] = []
  for (const lesson of chosen) {
    const slow = setTimeout(() => progress(lesson), 1500)
    const result = await checkOne(lesson, record)
    clearTimeout(slow)
    results.push(result)
    if (!json) console.log(told(result))
  }
  const summary = report(results)
  if (json) console.log(JSON.stringify(summary, null, 2))
  else console.log(`${summary.passed} passed, ${summary.failed} failed, ${summary.skipped} skipped`)
  return summary.failed > 0 ? 1 : 0
}

/** For somebody who waits: one line, and nothing that is drawn over. */
function progress({ id }: LessonRef): void {
  if (process.stderr.isTTY) console.error(`checking ${id}, step by step on a real kernel`)
}

async function checkOne(ref: LessonRef, record: boolean): Promise<LessonResult> {
  try {
    const { lesson, checks, problems } = await loadLesson(ref, projectFile())
    if (problems[0]) return unreadable(ref.id, problems[0])
    const machine = machineStage()
    // Where nothing of it can run, no workbench may be possible either.
    if (await lacking(lesson.requires, machine)) return await runLesson(lesson, checks, machine)
    return await interruptible(
      () => Workbench.enter(),
      async (workbench) => {
        const stage = stageOf(workbench, record)
        const result = await runLesson(lesson, checks, stage)
        if (record && result.status !== 'failed') {
          const file = recordingFile(lesson.dir, stage.cgroups)
          writeRecording(file, recordingOf(lesson, result, readRecording(file)))
        }
        return result
      },
    )
  } catch (error) {
    // The other lessons may be all right.
    return unreadable(ref.id, error as Error)
  }
}

/** A line for the lesson, then what failed and what was skipped, each with its reason. */
function told(result: LessonResult): string {
  const screen = look(process.stdout, process.env)
  const paint = painter(screen)
  const sign = marks(screen)
  const color = { passed: 'good', failed: 'bad', skipped: 'notice' } as const
  const { steps, checks, tasks, status } = result
  const left = [...steps, ...checks, ...tasks].filter((item) => item.status === 'skipped').length
  const count = [
    ...[many(steps, 'step'), many(checks, 'check'), many(tasks, 'task')],
    ...(left > 0 && !result.reason ? [`${left} of them skipped`] : []),
  ].join(', ')
  const lines = [
    `${paint(sign[status], color[status])} ${result.id.padEnd(10)} ${status.padEnd(8)} ${count}, ${Math.round(result.ms)} ms`,
  ]
  if (result.reason) lines.push(`    ${result.reason}`)
  const items = [...steps, ...checks, ...tasks]
  // What is skipped for one reason is one line: a machine without groups skips half a lesson.
  const skipped = new Map<string, string[]>()
  for (const item of items) {
    if (item.status !== 'skipped') continue
    const why = (item.reason ?? '').replace(/^(step \S+ was skipped: )+/, '')
    skipped.set(why, [...(skipped.get(why) ?? []), `${item.kind} ${item.id}`])
  }
  for (const item of items) {
    if (item.status !== 'failed') continue
    lines.push(
      `  ${paint(`${sign[item.status]} ${item.status}`, color[item.status])} ${item.kind} ${item.id}: ${item.reason}`,
    )
    const solve = item.kind === 'task' ? item.solve.find((step) => step.mismatch) : undefined
    const mismatch = item.kind === 'step' ? item.mismatch : solve?.mismatch
    const ended = item.kind === 'step' ? item.ended : undefined
    if (ended?.length) lines.push(`    ended since the step before: ${ended.join(', ')}`)
    if (!mismatch) continue
    lines.push(
      `    ${relative(process.cwd(), mismatch.file)}:${mismatch.line}`,
      ...mismatch.diff.map((line) => `    ${line}`),
    )
  }
  for (const [reason, names] of skipped) {
    if (reason === result.reason) continue
    const what = names.length > 3 ? `${names.length}, from ${names[0]} on` : names.join(', ')
    lines.push(`  ${paint(`${sign.skipped} skipped`, 'notice')} ${what}: ${reason}`)
  }
  if (status === 'passed' && result.unproved.length > 0)
    lines.push(`    not proved here: ${result.unproved.join(', ')}`)
  return spell(lines.join('\n'), screen)
}

const many = ({ length }: unknown[], name: string) => `${length} ${name}${length === 1 ? '' : 's'}`
