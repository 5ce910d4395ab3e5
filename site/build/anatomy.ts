import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Box } from '../../src/container/box.ts'
import { compose, type Plan } from '../../src/container/compose.ts'
import { type Explained, type ExplainedCall, explain } from '../../src/container/explain.ts'
import { pieces } from '../../src/container/pieces.ts'
import { runAs } from '../../src/container/run-as.ts'
import { verbOf } from '../../src/kernel/index.ts'
import { lessonLink } from './pages.ts'
import { root } from './project.ts'

/** A container that ran once: what it was, and how long each of its calls took. record-run.ts writes it. */
export interface RecordedRun {
  box: Box
  pieces: string[]
  /** `stage: call` to nanoseconds, in the order of the plan. */
  calls: [what: string, nanoseconds: number][]
}

/** What the page is drawn from. Words and order are today's plan's, the times are the recording's. */
export interface Anatomy {
  stages: Explained['stages']
  calls: TimedCall[]
  /** Microseconds from the first call to the last. */
  total: number
}

export interface TimedCall extends Pick<ExplainedCall, 'stage' | 'side' | 'piece' | 'call' | 'why'> {
  /** Of the lesson, on the site. */
  link?: string
  /** Microseconds; `from` is counted from the beginning. */
  from: number
  took: number
  /** Others went on while it was made. */
  meanwhile: boolean
}

/** Relative to the project's root. */
export const runFile = 'site/recorded/run.json'

/** How it is recorded, as root. The network namespace is for the bridge: the machine's network stays as it is. */
export const recordRun = "unshare --net sh -c 'ip link set lo up; npx tsx site/build/record-run.ts'"

export function readRun(): RecordedRun {
  return JSON.parse(readFileSync(join(root, runFile), 'utf8')) as RecordedRun
}

/** Says when the recorded times would stand beside calls that are not made any more. */
export function staleRun(run = readRun()): string[] {
  const planned = callsOf(planOf(run)).map(({ key }) => key)
  const recorded = run.calls.map(([key]) => key)
  const at = [...planned, undefined].findIndex((key, index) => recorded[index] !== key)
  if (at < 0) return []
  const [then, now] = [recorded[at], planned[at]].map((key) => key ?? 'nothing more')
  return [`${runFile} is older than the plan: it has "${then}" for "${now}"\nRun, as root: ${recordRun}`]
}

/**
 * Puts each call where it was in time. One side waits for the other, so a call begins when the one before it has
 * ended, and the child goes on only when everything on the machine is done. What lies between two calls is not
 * recorded.
 */
export function anatomy(run = readRun()): Anatomy {
  let now = 0
  let last = 0
  const calls = callsOf(planOf(run)).map(({ explained, meanwhile }, index): TimedCall => {
    const { stage, side, piece, lesson, call, why } = explained
    if (side === 'child') now = Math.max(now, last)
    const from = now
    const took = (run.calls[index]?.[1] ?? 0) / 1000
    last = Math.max(last, from + took)
    if (!meanwhile) now += took
    return { stage, side, piece, call, why, link: lesson && lessonLink(lesson), from, took, meanwhile }
  })
  return { stages: explain(planOf(run)).stages, calls, total: last }
}

function planOf({ box, pieces: names }: RecordedRun): Plan {
  return compose(
    box,
    names.flatMap((name) => [...pieces, runAs].find((piece) => piece.name === name) ?? []),
  )
}

/** The calls of a plan in order, each with the name under which its time is recorded. */
export function callsOf(plan: Plan): { key: string; explained: ExplainedCall; meanwhile: boolean }[] {
  const later = plan.calls.filter((call) => verbOf(call).meanwhile).map((call) => verbOf(call).say(call.args))
  return explain(plan).calls.map((explained) => {
    const { stage, call } = explained
    return { key: `${stage}: ${call}`, explained, meanwhile: later.includes(call) }
  })
}
