import type { Bench, Captures, Check, Look } from '../facts/check.ts'
import { patiently } from '../kernel/index.ts'
import type { Task } from './lesson.ts'
import type { CheckResult, StepResult, TaskResult } from './results.ts'
import { runStep } from './runstep.ts'
import { applies, lacking, type Stage } from './stage.ts'

/** The kernel may take a moment to get there (an orphan to be reaped, a group to empty): so long a check is asked again. */
const PATIENCE = 2000

/** Between two looks. */
const PAUSE = 50

/**
 * Asks a check until it says yes, at most `within` milliseconds. A check that throws, answers with something else than
 * a Look, or not at all, is *broken*: it failed at once, and nothing is said about the learner's work.
 *
 * @param within 0 for a single look
 */
export async function runCheck(
  id: string,
  check: Check | undefined,
  bench: Bench,
  captures: Captures,
  within = patiently(PATIENCE),
): Promise<CheckResult> {
  const base = { kind: 'check' as const, id, claims: check?.claims ?? [] }
  if (!check) return { ...base, status: 'failed', reason: `broken check: checks.ts has no "${id}"`, ms: 0 }
  const end = performance.now() + within
  for (;;) {
    const started = performance.now()
    let look: Look
    try {
      look = await lookOnce(check, bench, captures)
    } catch (error) {
      const reason = `broken check: ${error instanceof Error ? error.message : String(error)}`
      return { ...base, status: 'failed', reason, ms: performance.now() - started }
    }
    const { ok, expected, saw, why } = look
    const ms = performance.now() - started
    if (ok) return { ...base, status: 'passed', expected, saw, why, ms }
    if (performance.now() >= end) {
      return { ...base, status: 'failed', reason: `expected ${expected}, saw ${saw}`, expected, saw, why, ms }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

async function lookOnce(check: Check, bench: Bench, captures: Captures): Promise<Look> {
  let timer: NodeJS.Timeout | undefined
  const within = patiently(PATIENCE)
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${within} ms`)), within)
  })
  try {
    // A copy, so that one check cannot change what the next one is told.
    const look = await Promise.race([Promise.resolve(check.look(bench, { ...captures })), late])
    const texts = [look?.expected, look?.saw, look?.why]
    if (typeof look?.ok !== 'boolean' || texts.some((text) => typeof text !== 'string')) {
      throw new Error(`look() answered ${JSON.stringify(look)}, expected { ok, expected, saw, why }`)
    }
    return look
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Proves a task: its check must fail before the hidden solution, at a single look, and pass after it. The check is
 * told only what the lesson's steps captured, because a learner's own solution captures nothing.
 */
export async function runTask(
  task: Task,
  check: Check | undefined,
  stage: Stage,
  captures: Captures,
): Promise<TaskResult> {
  const started = performance.now()
  const result: TaskResult = { kind: 'task', id: task.id, status: 'passed', solve: [], ms: 0 }
  const done = (status: TaskResult['status'], reason?: string): TaskResult => {
    return { ...result, status, reason, ms: performance.now() - started }
  }

  const solve = task.solve.filter((step) => applies(step.when, stage.cgroups))
  const lacks = await lacking([...task.needs, ...solve.flatMap((step) => step.needs)], stage)
  if (lacks) return done('skipped', lacks)

  result.before = await runCheck(task.id, check, stage.bench, captures, 0)
  if (isBroken(result.before)) return done('failed', result.before.reason)

  // Solved even when the check is wrong, so that what follows finds the bench as a learner would leave it.
  result.solve = await runAll(solve, stage, captures)
  const failed = result.solve.find((step) => step.status !== 'passed')
  if (failed) return done('failed', `its solution failed: ${failed.reason}`)
  if (result.before.status === 'passed') {
    return done('failed', 'its check passes before anything is done, so it proves nothing')
  }
  result.after = await runCheck(task.id, check, stage.bench, captures)
  if (result.after.status === 'passed') return done('passed')
  const { reason } = result.after
  return done('failed', isBroken(result.after) ? reason : `its check does not accept the solution: ${reason}`)
}

/** Runs steps up to the first that fails; what they capture is theirs. */
export async function runAll(
  steps: Task['solve'],
  stage: Stage,
  captures: Captures,
  options: { observe?: boolean } = {},
): Promise<StepResult[]> {
  const results: StepResult[] = []
  let known = captures
  for (const step of steps) {
    const result = await runStep(step, stage, known, options)
    results.push(result)
    if (result.status !== 'passed') break
    known = { ...known, ...result.captures }
  }
  return results
}

/** A failed check that could not look says nothing about what it expected. */
function isBroken(result: CheckResult): boolean {
  return result.status === 'failed' && result.expected === undefined
}
