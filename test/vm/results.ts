import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who checks the lessons in the machine. */
export const people = { root: 'as root', learner: 'as an ordinary user' }

export type Person = keyof typeof people

export interface Results {
  passed: number
  failed: number
  skipped: number
  /**
   * Lessons that nobody heard the end of, and those of which root, who may all there, ran nothing; each counts as one
   * failure.
   */
  missing: { who: Person; lesson: string }[]
}

/**
 * Sums what `cooper check` counted for each lesson and person.
 *
 * @param out with a file per lesson in a folder per person
 */
export function resultsOf(out: string, lessons: string[]): Results {
  const sum: Results = { passed: 0, failed: 0, skipped: 0, missing: [] }
  for (const who of Object.keys(people) as Person[])
    for (const lesson of lessons) {
      const file = join(out, who, lesson)
      const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
      const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(text)?.slice(1).map(Number)
      const [passed = 0, failed = 0, skipped = 0] = counts ?? []
      const ran = counts && (who !== 'root' || passed + failed > 0)
      if (!ran) sum.missing.push({ who, lesson })
      sum.passed += passed
      sum.failed += ran ? failed : 1
      sum.skipped += skipped
    }
  return sum
}
