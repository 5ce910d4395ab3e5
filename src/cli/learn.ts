import { projectFile } from '../kernel/index.ts'
import { type LessonRef, lacking, loadLesson } from '../literate/index.ts'
import { Workbench } from '../workbench/index.ts'
import { interruptible } from './interrupt.ts'
import { lessonNamed, lessons } from './lessons.ts'
import { cooper } from './myself.ts'
import type { Options } from './options.ts'
import { noteProgress, progressOf, readProgress } from './progress.ts'
import { cgroupsHere, machineStage, stageOf } from './stage.ts'
import { pageId, pagesOf } from './tour/pages.ts'
import { Stale, Tour } from './tour/tour.ts'
import { unknown } from './usage.ts'

/** Goes through a lesson. Without a terminal, or with --yes, without asking. Exit status 1 when something failed. */
export async function learn(
  name: string | undefined,
  { yes, from, restart }: Partial<Options<'learn'>>,
): Promise<number> {
  const ref = name === undefined ? nextLesson() : lessonNamed(name)
  const { lesson, checks, problems } = await loadLesson(ref, projectFile())
  if (problems[0]) throw problems[0]
  const ids = pagesOf(lesson, cgroupsHere()).flatMap((page) => pageId(page) ?? [])
  if (from !== undefined && !ids.includes(from)) throw unknown('step', from, [...new Set(ids)])
  const lacks = await lacking(lesson.requires, machineStage())
  if (lacks) {
    console.error(`cooper: lesson ${lesson.id} cannot run here: ${lacks}\nSee: ${cooper('doctor')}`)
    return 1
  }
  const asks = Boolean(!yes && process.stdin.isTTY && process.stdout.isTTY)
  if (restart) noteProgress((progress) => delete progress.lessons[lesson.id])
  // A place in a lesson that was changed since may be gone.
  const kept = asks ? progressOf(readProgress(), lesson.id).next : undefined

  const go = (begin: string | undefined) =>
    interruptible(
      () => Workbench.enter(),
      async (workbench) => {
        const stage = stageOf(workbench)
        const end = await new Tour({ lesson, checks, workbench, stage, asks }).go(begin)
        // A learner who has seen something fail has done nothing wrong.
        return end === 'failed' && !asks ? 1 : 0
      },
    )

  const begin = from ?? (kept && ids.includes(kept) ? kept : undefined)
  try {
    return await go(begin)
  } catch (error) {
    if (!(error instanceof Stale)) throw error
    // That bench is in a state no lesson knows.
    console.error(`cooper: ${error.message}`)
    if (from !== undefined) return 1
    console.error('From the beginning, then.')
    return go(undefined)
  }
}

/** The first lesson that was not finished. */
function nextLesson(): LessonRef {
  const { lessons: progress } = readProgress()
  const all = lessons()
  return all.find(({ id }) => !progress[id]?.finished) ?? all[0]!
}
