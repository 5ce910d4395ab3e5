import { findLessons } from '../../../src/literate/lessons.ts'
import { parseLesson } from '../../../src/literate/parse.ts'
import { lessonIn } from '../lesson-page.ts'
import { type Language, lessonLink } from '../pages.ts'
import { root } from '../project.ts'
import { words } from '../words.ts'
import { cell } from './table.ts'

/** All lessons of a language, each a card with its summary; the links are Markdown's, so they know where the site lies. */
export function lessonReference(language: Language): string {
  const items = findLessons(root).flatMap((ref) => {
    const file = lessonIn(ref, language)
    if (!file) return []
    const { title, summary, minutes } = parseLesson(file, root)
    const text = `<b>${cell(title)}</b> ${cell(summary)} <br><small>${words[language].facts(ref.number, minutes)}</small>`
    return `1. [${text}](${lessonLink(ref.id, language)})`
  })
  return `${items.join('\n')}\n{.lesson-list}`
}
