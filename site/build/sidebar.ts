import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DefaultTheme } from 'vitepress'
import { findLessons } from '../../src/literate/lessons.ts'
import { parseLesson } from '../../src/literate/parse.ts'
import { type Language, lessonLink } from './pages.ts'
import { root } from './project.ts'

/** Every lesson that is there in a language, in the order of their numbers. */
export function lessonItems(language: Language): DefaultTheme.SidebarItem[] {
  return findLessons(root).flatMap(({ id, number, dir, file }) => {
    const own = language === 'en' ? file : join(dir, `lesson.${language}.md`)
    if (!existsSync(own)) return []
    return [{ text: `${number} ${parseLesson(own, root).title}`, link: lessonLink(id, language) }]
  })
}
