import { projectFile } from '../kernel/index.ts'
import { findLessons, type LessonRef } from '../literate/index.ts'
import { unknown } from './usage.ts'

/** The lessons of this project, in order. */
export function lessons(): LessonRef[] {
  return findLessons(projectFile())
}

/** A lesson by its name (`pid`), its number (`01`, `1`) or its folder (`01-pid`). */
export function lessonNamed(name: string): LessonRef {
  const all = lessons()
  const found = all.find(({ id, number }) =>
    [id, number, String(Number(number)), `${number}-${id}`].includes(name),
  )
  if (!found)
    throw unknown(
      'lesson',
      name,
      all.map(({ id }) => id),
    )
  return found
}
