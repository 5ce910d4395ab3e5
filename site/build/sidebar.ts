import type { DefaultTheme } from 'vitepress'
import { findLessons } from '../../src/literate/lessons.ts'
import { parseLesson } from '../../src/literate/parse.ts'
import { lessonIn } from './lesson-page.ts'
import { type Language, lessonLink } from './pages.ts'
import { root } from './project.ts'

/** Every lesson that is there in a language, in the order of their numbers. */
export function lessonItems(language: Language): DefaultTheme.SidebarItem[] {
  return findLessons(root).flatMap((ref) => {
    const file = lessonIn(ref, language)
    return file
      ? [{ text: `${ref.number} ${parseLesson(file, root).title}`, link: lessonLink(ref.id, language) }]
      : []
  })
}
