import { type CheckResult, type LessonResult, SLOW, type Status } from './results.ts'

interface Item {
  id: string
  status: Status
  reason?: string
}

/** What `cooper check --json` prints. */
export interface Report {
  /** Steps, checks and tasks together; a lesson that failed before its first one counts as one failure. */
  passed: number
  failed: number
  skipped: number
  lessons: {
    id: string
    status: Status
    reason?: string
    ms: number
    /** Solutions are part of their task. */
    steps: Item[]
    /** `ms` is there only when a check took longer than it may. */
    checks: (Item & Pick<CheckResult, 'claims' | 'expected' | 'saw' | 'why'> & { ms?: number })[]
    tasks: Item[]
    /** Claims that no passed check proves; left out when there is none. */
    unproved?: string[]
  }[]
}

/** The results of a run as data for other programs. */
export function report(results: LessonResult[]): Report {
  const statuses = results.flatMap((result) => {
    const items = [...result.steps, ...result.checks, ...result.tasks].map((item) => item.status)
    return items.includes('failed') || result.status !== 'failed' ? items : [...items, 'failed' as const]
  })
  const count = (status: Status) => statuses.filter((other) => other === status).length
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    lessons: results.map(({ steps, checks, tasks, unproved, ...lesson }) => ({
      ...item(lesson),
      ms: Math.round(lesson.ms),
      steps: steps.map(item),
      checks: checks.map((check) => {
        const { claims, expected, saw, why, ms } = check
        const { id, status, reason } = check
        return { id, claims, status, expected, saw, why, reason, ms: ms > SLOW ? Math.round(ms) : undefined }
      }),
      tasks: tasks.map(item),
      unproved: unproved.length ? unproved : undefined,
    })),
  }
}

/** A lesson that could not even be read. */
export function unreadable(id: string, error: Error): LessonResult {
  return {
    id,
    status: 'failed',
    reason: error.message,
    ms: 0,
    steps: [],
    checks: [],
    tasks: [],
    unproved: [],
  }
}

const item = ({ id, status, reason }: Item): Item => ({ id, status, reason })
