import { pieces } from '../../../src/container/pieces.ts'
import { stageOrder, stages } from '../../../src/container/stages.ts'
import { findLessons } from '../../../src/literate/lessons.ts'
import { lessonLink } from '../pages.ts'
import { root } from '../project.ts'
import { cell, table } from './table.ts'

/** The one ordering rule, with its reasons. */
export function stageReference(): string {
  const rows = stageOrder.map((name) => [`**${name}**`, stages[name].side, cell(stages[name].why)])
  return table(['stage', 'side', 'why there'], rows)
}

/** What a container is made of. */
export function pieceReference(): string {
  const rows = pieces.map(({ name, lesson, summary, namespace }) => [
    `**${name}**`,
    cell(summary),
    namespace ? `\`${namespace}\`` : '',
    lessonRef(lesson),
  ])
  return table(['piece', 'what it does', 'namespace', 'lesson'], rows)
}

/** A link to a lesson, or its name when there is no page yet. */
export function lessonRef(id: string): string {
  return findLessons(root).some((lesson) => lesson.id === id) ? `[${id}](${lessonLink(id)})` : id
}
