import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findLessons } from '../../../src/literate/lessons.ts'
import { parseLesson } from '../../../src/literate/parse.ts'
import { type Language, lessonLink } from '../pages.ts'
import { root } from '../project.ts'
import { safe } from '../safe.ts'
import { words } from '../words.ts'

/** All lessons of a language, each a card with its summary. */
export function lessonReference(language: Language): string {
  const items = findLessons(root).flatMap(({ id, number, dir, file }) => {
    const own = language === 'en' ? file : join(dir, `lesson.${language}.md`)
    if (!existsSync(own)) return []
    const { title, summary, minutes } = parseLesson(own, root)
    return `<li><a href="${lessonLink(id, language)}"><b>${safe(title)}</b>${safe(summary)}<br><small>${words[language].facts(number, minutes)}</small></a></li>`
  })
  return `<ol class="lesson-list">\n${items.join('\n')}\n</ol>`
}
