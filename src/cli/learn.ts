import { projectFile } from '../kernel/index.ts'
import { type LessonRef, lacking, loadLesson } from '../literate/index.ts'
import { Workbench } from '../workbench/index.ts'
import { interruptible } from './interrupt.ts'
import { lessonNamed, lessons } from './lessons.ts'
import type { Options } from './options.ts'
import { noteProgress, progressOf, readProgress } from './progress.ts'
import { stageOf } from './stage.ts'
import { pageId, pagesOf } from './tour/pages.ts'
import { Tour } from './tour/tour.ts'
import { unknown } from './usage.ts'

/** Goes through a lesson. Without a terminal, or with --yes, without asking. Exit status 1 when something failed. */
export async function learn(
  name: string | undefined,
  { yes, from, restart }: Partial<Options<'learn'>>,
): Promise<number> {
  const ref = name === undefined ? nextLesson() : lessonNamed(name)
  const { lesson, checks, problems } = await loadLesson(ref, projectFile())
  if (problems[0]) throw problems[0]
  if (restart) noteProgress(({ lessons }) => delete lessons[lesson.id])
  const asks = !yes && process.stdin.isTTY && process.stdout.isTTY
  return interruptible(await Workbench.enter(), async (workbench) => {
    const stage = stageOf(workbench)
    const lacks = await lacking(lesson.requires, stage)
    if (lacks) {
      console.error(`cooper: lesson ${lesson.id} cannot run here: ${lacks}\nSee cooper doctor.`)
      return 1
    }
    const ids = pagesOf(lesson, stage.cgroups).flatMap((page) => pageId(page) ?? [])
    if (from !== undefined && !ids.includes(from)) throw unknown('step', from, ids)
    const tour = new Tour(lesson, checks, workbench, stage, !asks)
    const begin = from ?? (asks ? progressOf(readProgress(), lesson.id).next : undefined)
    // A learner who quits has done nothing wrong.
    return (await tour.go(begin)) || asks ? 0 : 1
  })
}

/** The first lesson that was not finished. */
function nextLesson(): LessonRef {
  const { lessons: progress } = readProgress()
  const all = lessons()
  return all.find(({ id }) => !progress[id]?.finished) ?? all[0]!
}
