import { lessons } from '../lessons.ts'
import { marks } from '../look/marks.ts'
import { headline } from '../look/rows.ts'
import { look } from '../look/terminal.ts'
import { cooper } from '../myself.ts'
import { progressOf, readProgress } from '../progress.ts'
import { ruleText, sentence } from './show.ts'
import type { Work } from './work.ts'

/** The last page: what was proved, now or earlier, what was not, and what comes next. */
export function endText({ lesson, proved, asks }: Work): string {
  const screen = look(process.stdout, process.env)
  const mine = progressOf(readProgress(), lesson.id)
  const claims = Object.entries(lesson.claims)
  const seen = (id: string) => proved.has(id) || (asks && mine.proved.includes(id))
  const lines = claims
    .filter(([id]) => seen(id))
    .flatMap(([id, claim]) => headline(marks(screen).passed, id.padEnd(3), 'good', claim, screen))
  const open = claims.map(([id]) => id).filter((id) => !seen(id))
  const tasks = lesson.blocks.filter((block) => block.kind === 'task')
  const parts = [ruleText('What you have proved'), lines.join('\n')]
  if (open.length > 0) parts.push(sentence(`Not seen yet: ${open.join(', ')}.`))
  if (asks && tasks.length > 0) {
    const done = tasks.filter(({ id }) => mine.tasks.includes(id)).length
    parts.push(sentence(`You did ${done} of ${tasks.length} tasks.`))
  }
  const all = lessons()
  const next = all[all.findIndex(({ id }) => id === lesson.id) + 1]
  if (next) parts.push(sentence(`Next: ${cooper(`learn ${next.id}`)}`))
  return parts.filter(Boolean).join('\n\n')
}
