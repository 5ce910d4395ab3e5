import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Lesson, parseLesson, type Step } from '../../src/literate/index.ts'
import { folder } from '../support/folder.ts'

/** The fixtures' project: one lesson, its checks and its sources. */
export const project = fileURLToPath(new URL('fixtures/project', import.meta.url))

export const FRONT = [
  '---',
  'title: T',
  'summary: S',
  'minutes: 1',
  'captures: []',
  'claims:',
  '  P1: One.',
  '---',
]

/** Writes a lesson with these lines into a project of its own. Without a frontmatter of its own it gets {@link FRONT}. */
export function writeLesson(
  lines: string[],
  name = 'lesson.md',
  dir?: string,
): { file: string; root: string } {
  const root = dir ?? folder()
  const lesson = join(root, 'lessons', '01-try')
  mkdirSync(lesson, { recursive: true })
  const file = join(lesson, name)
  writeFileSync(file, [...(lines[0] === '---' ? lines : [...FRONT, ...lines]), ''].join('\n'))
  return { file, root }
}

export function lessonOf(lines: string[]): Lesson {
  const { file, root } = writeLesson(lines)
  return parseLesson(file, root)
}

/** A lesson with captures declared. */
export function withCaptures(names: string, lines: string[]): string[] {
  return [...FRONT.map((line) => (line === 'captures: []' ? `captures: [${names}]` : line)), ...lines]
}

/** A step that captures `<it>` as 7 and then does these. */
export function stepOf(...lines: string[]): Step {
  const [step] = lessonOf(
    withCaptures('it', ['```console step=one', '$ echo 7', '<it>', ...lines, '```']),
  ).blocks
  if (step?.kind !== 'step') throw new Error('no step')
  return step
}
