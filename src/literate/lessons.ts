import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Check } from '../facts/check.ts'
import { type Lesson, LessonError } from './lesson.ts'
import { parseLesson } from './parse.ts'

/** A lesson that is there, unread. */
export interface LessonRef {
  /** `pid` for lessons/01-pid. */
  id: string
  number: string
  dir: string
  /** Its lesson.md. */
  file: string
}

/** Every `lessons/NN-name/` that holds a lesson.md, in the order of the numbers. */
export function findLessons(root: string): LessonRef[] {
  const lessons = join(root, 'lessons')
  if (!existsSync(lessons)) return []
  return readdirSync(lessons)
    .sort()
    .flatMap((name) => {
      const [, number, id] = /^(\d\d)-([a-z][a-z0-9-]*)$/.exec(name) ?? []
      const file = join(lessons, name, 'lesson.md')
      return number && id && existsSync(file) ? [{ id, number, dir: join(lessons, name), file }] : []
    })
}

/**
 * Loads a lesson's checks: the compiled ones of `dist/lessons/NN-name/` when this very code is compiled, else the
 * source beside the lesson, so that a test never tests yesterday's build.
 *
 * @param dir the lesson's folder
 */
export async function loadChecks(dir: string): Promise<Record<string, Check>> {
  const source = join(dir, 'checks.ts')
  const built = join(dir, '..', '..', 'dist', 'lessons', basename(dir), 'checks.cjs')
  const choice = import.meta.url.endsWith('.ts') ? [source, built] : [built, source]
  const file = choice.find((path) => existsSync(path))
  if (!file) throw new LessonError(source, 1, 'no checks', '"export default checks({ … })"')
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown }
  const table = module.default
  if (typeof table !== 'object' || table === null) {
    throw new LessonError(source, 1, 'no default export', '"export default checks({ … })"')
  }
  for (const [id, check] of Object.entries(table as Record<string, Partial<Check> | null>)) {
    if (Array.isArray(check?.claims) && typeof check.look === 'function') continue
    throw new LessonError(
      source,
      lineOf(source, id),
      `check "${id}" is not a check`,
      '{ claims: […], look(bench) {…} }',
    )
  }
  return table as Record<string, Check>
}

/** A lesson with its checks, and everything that is wrong between the two. */
export async function loadLesson(
  ref: LessonRef,
  root: string,
): Promise<{ lesson: Lesson; checks: Record<string, Check>; problems: LessonError[] }> {
  const lesson = parseLesson(ref.file, root)
  const checks = await loadChecks(ref.dir)
  return { lesson, checks, problems: findProblems(lesson, checks) }
}

/**
 * What does not fit between a lesson and its checks: a check or task shown that is not there, a check that is not
 * shown, a claim that nobody made, and a claim that no shown check proves. A task's check proves the task; claims are
 * proved by checks.
 */
export function findProblems(lesson: Lesson, checks: Record<string, Check>): LessonError[] {
  const source = join(lesson.dir, 'checks.ts')
  const shown = lesson.blocks.filter((block) => block.kind === 'check' || block.kind === 'task')
  const absent = shown
    .filter(({ id }) => !Object.hasOwn(checks, id))
    .map(({ kind, id, line }) => {
      return new LessonError(lesson.file, line, `${kind} "${id}" has no check`, `"${id}" in checks.ts`)
    })
  const hidden = Object.keys(checks)
    .filter((id) => !shown.some((block) => block.id === id))
    .map((id) => {
      const expected = `"::: check ${id}" or "::: task ${id}" in lesson.md`
      return new LessonError(source, lineOf(source, id), `check "${id}" is not shown`, expected)
    })
  const unknown = Object.entries(checks).flatMap(([id, check]) =>
    check.claims
      .filter((claim) => !Object.hasOwn(lesson.claims, claim))
      .map((claim) => {
        const expected = `one of ${Object.keys(lesson.claims).join(', ')}`
        return new LessonError(
          source,
          lineOf(source, id),
          `check "${id}" proves an unknown claim ${claim}`,
          expected,
        )
      }),
  )
  const proved = shown.flatMap(({ kind, id }) => (kind === 'check' ? (checks[id]?.claims ?? []) : []))
  const unproved = Object.keys(lesson.claims)
    .filter((claim) => !proved.includes(claim))
    .map((claim) => {
      const expected = `a check with claims: ['${claim}'] in checks.ts, shown by the lesson`
      return new LessonError(
        lesson.file,
        lesson.claimLines[claim] ?? 1,
        `claim ${claim} has no check`,
        expected,
      )
    })
  return [...absent, ...hidden, ...unknown, ...unproved]
}

/** The line on which a check begins: an error's place, so a guess is better than none. */
function lineOf(source: string, id: string): number {
  if (!existsSync(source)) return 1
  const key = new RegExp(`^\\s*['"]?${id}['"]?\\s*:`)
  const at = readFileSync(source, 'utf8')
    .split('\n')
    .findIndex((line) => key.test(line))
  return at + 1 || 1
}
