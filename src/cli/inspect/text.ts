import { spell } from '../look/marks.ts'
import { painter } from '../look/paint.ts'
import type { Sheet } from '../look/rows.ts'
import { pad, width } from '../look/width.ts'
import { wrapText } from '../look/wrap.ts'
import { draw } from './draw.ts'
import { type Line, sections } from './lines.ts'
import { printable } from './printable.ts'
import type { Inspection } from './report.ts'

/** The report as a person reads it. */
export function renderInspection(about: Inspection, hostname: string, sheet: Sheet): string {
  const drawing = draw(about, hostname, sheet)
  return [
    ...(drawing.length > 0 ? [drawing.join('\n')] : []),
    ...sections(about).flatMap(([title, lines]) => (lines.length > 0 ? [section(title, lines, sheet)] : [])),
    'The word at the end of a line is the lesson that explains it: cooper learn WORD',
  ].join('\n\n')
}

// ---

// As wide as the longest lesson's name, and what keeps it apart.
const lessonColumn = 11

/** Lines under a title: names on the left, texts wrapped between them and the lessons on the right. */
function section(title: string, lines: Line[], sheet: Sheet): string {
  const paint = painter(sheet)
  const say = (text: string) => spell(printable(text), sheet)
  const names = Math.min(Math.max(...lines.map(({ name }) => width(name))), 26)
  const column = 2 + names + 2
  const room = Math.max(sheet.width - column - lessonColumn, 12)
  const body = lines.flatMap(({ name, text, lesson, bad }) => {
    const said = wrapText(say(text), room, true)
    const long = width(name) > names
    const rows = said.map((line, index) => {
      const left = pad(`  ${index === 0 && !long ? paint(say(name), bad ? 'bad' : 'quiet') : ''}`, column)
      const right = index === 0 && lesson ? `  ${paint(lesson, 'link')}` : ''
      return `${left}${right ? pad(line, room) : line}${right}`.trimEnd()
    })
    return long ? [`  ${paint(say(name), 'quiet')}`, ...rows] : rows
  })
  return [paint(title, 'strong'), ...body].join('\n')
}
