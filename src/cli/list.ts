import { projectFile } from '../kernel/index.ts'
import { parseLesson } from '../literate/index.ts'
import { lessons } from './lessons.ts'
import { marks, spell } from './look/marks.ts'
import { look } from './look/terminal.ts'
import type { Options } from './options.ts'
import { readProgress } from './progress.ts'

/** One lesson as a list shows it. */
export interface Listed {
  id: string
  number: string
  title: string
  summary: string
  minutes: number
  status: 'new' | 'begun' | 'done'
  /** Claims that were seen proved, of all there are. */
  proved: number
  claims: number
}

/** All lessons with how far the learner is. */
export function listed(): Listed[] {
  const { lessons: progress } = readProgress()
  return lessons().map(({ id, number, file }) => {
    const { title, summary, minutes, claims } = parseLesson(file, projectFile())
    const mine = progress[id]
    const status = mine?.finished ? 'done' : mine?.next ? 'begun' : 'new'
    const proved = mine?.proved.filter((claim) => claim in claims).length ?? 0
    return { id, number, title, summary, minutes, status, proved, claims: Object.keys(claims).length }
  })
}

export function list({ json }: Options<'list'>): number {
  const all = listed()
  if (json) {
    console.log(JSON.stringify(all, null, 2))
    return 0
  }
  console.log(listText(all).join('\n'))
  return 0
}

/** The list as lines of text, for a terminal or without one. */
export function listText(all: Listed[]): string[] {
  const screen = look(process.stdout, process.env)
  const sign = { done: marks(screen).passed, begun: marks(screen).pointer, new: ' ' }
  const width = Math.max(...all.map(({ id }) => id.length))
  return all.map(({ id, number, title, minutes, status, proved, claims }) => {
    const far = status === 'new' ? `${minutes} min` : `${status}, ${proved} of ${claims} claims proved`
    return spell(`${sign[status].padEnd(2)} ${number} ${id.padEnd(width)}  ${title} (${far})`, screen)
  })
}
