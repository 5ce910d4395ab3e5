import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findLessons } from '../../../../src/literate/lessons.ts'
import { parseLesson } from '../../../../src/literate/parse.ts'
import { type Language, lessonLink } from '../../../build/pages.ts'
import { root } from '../../../build/project.ts'

interface LessonTitle {
  id: string
  title: string
  /** Without the site's base. */
  link: string
}

declare const data: Record<Language, LessonTitle[]>

export { data }

const titles = (language: Language) =>
  findLessons(root).map(({ id, dir, file }): LessonTitle => {
    const own = join(dir, `lesson.${language}.md`)
    const translated = existsSync(own)
    const { title } = parseLesson(translated ? own : file, root)
    return { id, title, link: lessonLink(id, translated ? language : 'en') }
  })

/** The lessons in their order, for pictures that follow it; where one is not translated, the English one. */
export default {
  watch: ['../../../../lessons/*/lesson*.md'],
  load: (): typeof data => ({ en: titles('en'), zh: titles('zh') }),
}
