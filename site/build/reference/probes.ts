import { findLessons } from '../../../src/literate/lessons.ts'
import { parseLesson, stepsOf } from '../../../src/literate/parse.ts'
import { type Probed, probes } from '../../../src/workbench/probes.ts'
import { lessonLink } from '../pages.ts'
import { root } from '../project.ts'
import { remedyItem } from './remedies.ts'
import { capital, cell } from './table.ts'

/** Each thing that doctor looks at: who needs it, and what it says where it is missing. */
export function probeReference(findings: Probed[]): string {
  const needed = lessonsByProbe()
  return probes
    .map(({ name, title, needed: by }) => {
      const lessons = needed.get(name) ?? []
      const who =
        by === 'lessons' ? 'Every lesson needs it.' : lessons.length ? `Needed by ${lessons.join(', ')}.` : ''
      const found = findings.filter(
        (one) => one.name === name && one.found !== 'not known' && isReason(one.why),
      )
      const distinct = found.filter((one, index) => found.findIndex(({ why }) => why === one.why) === index)
      return [`## ${name}`, `${capital(cell(title))}. ${who}`, ...distinct.map(lackOf)].join('\n\n')
    })
    .join('\n\n')
}

const isReason = (why: string | undefined) => why && why !== 'this is not Linux'

function lackOf({ found, why = '', remedy = [] }: Probed): string {
  return `**${cell(found)}.** ${capital(cell(why))}.\n\n${remedy.map(remedyItem).join('\n')}`
}

/** Probe to links of the lessons that need it, as a whole or for a step. */
function lessonsByProbe(): Map<string, string[]> {
  const needed = new Map<string, string[]>()
  for (const { id, file } of findLessons(root)) {
    const { title, requires, blocks } = parseLesson(file, root)
    const parts = blocks.flatMap((block) => ('needs' in block ? block.needs : []))
    const solves = stepsOf(blocks).flatMap(([, step]) => step.needs)
    for (const probe of new Set([...requires, ...parts, ...solves])) {
      needed.set(probe, [...(needed.get(probe) ?? []), `[${title}](${lessonLink(id)})`])
    }
  }
  return needed
}
