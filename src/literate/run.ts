import type { Captures, Check } from '../facts/check.ts'
import { captureNames, missingCaptures } from './captures.ts'
import type { CheckBlock, Lesson, Step, Task } from './lesson.ts'
import { runAll, runCheck, runTask } from './proof.ts'
import type { CheckResult, LessonEvent, LessonResult, Status, StepResult, TaskResult } from './results.ts'
import { runStep } from './runstep.ts'
import { applies, lacking, type Stage } from './stage.ts'
import { Standing } from './standing.ts'

type Runnable = Step | CheckBlock | Task
type AnyResult = StepResult | CheckResult | TaskResult

/**
 * Runs a lesson from its first block to its last: every step, check and task that is for this machine.
 *
 * - a variant (`when=`) for the other cgroup version is no part of the run;
 * - what needs a probe that fails is skipped with its reason, and so are the checks and tasks up to the next step, and
 *   steps that would type what a skipped step should have captured;
 * - after a step that failed, or a task whose solution did, the rest is skipped: the bench is not what it should be.
 *   A failed check stops nothing.
 *
 * @param on told of every block before and after it is run; skipped ones too
 */
export async function runLesson(
  lesson: Lesson,
  checks: Record<string, Check>,
  stage: Stage,
  on: (event: LessonEvent) => void = () => {},
): Promise<LessonResult> {
  const started = performance.now()
  const reason = await lacking(lesson.requires, stage)
  const run = new Run(checks, stage, reason)
  const results: AnyResult[] = []
  for (const block of lesson.blocks) {
    if (!isRunnable(block) || !applies(block.when, stage.cgroups)) continue
    on({ at: 'start', block })
    const result = await run.block(block)
    on({ at: 'end', block, result })
    results.push(result)
  }
  const of = <K extends AnyResult['kind']>(kind: K) =>
    results.filter((result): result is Extract<AnyResult, { kind: K }> => result.kind === kind)
  const proved = of('check').flatMap((check) => (check.status === 'passed' ? check.claims : []))
  return {
    id: lesson.id,
    status: overall(results),
    reason,
    ms: performance.now() - started,
    steps: of('step'),
    checks: of('check'),
    tasks: of('task'),
    unproved: Object.keys(lesson.claims).filter((claim) => !proved.includes(claim)),
  }
}

/**
 * Brings a fresh stage to where a lesson is before one of its blocks: runs the steps before it and solves the tasks,
 * without checks and without looking at what changes. What cannot run here is left out.
 *
 * @param upTo index in `lesson.blocks`; that block is not run
 * @returns the captures so far, how each of the lesson's steps went, and the step at which it had to end, if any
 */
export async function replay(
  lesson: Lesson,
  upTo: number,
  stage: Stage,
  on: (step: Step) => void = () => {},
): Promise<{ captures: Captures; steps: StepResult[]; failed?: StepResult }> {
  let captures: Captures = {}
  const done: StepResult[] = []
  for (const block of lesson.blocks.slice(0, upTo)) {
    if (block.kind !== 'step' && block.kind !== 'task') continue
    if (!applies(block.when, stage.cgroups)) continue
    const all = block.kind === 'step' ? [block] : block.solve
    const steps = all.filter((step) => applies(step.when, stage.cgroups))
    const needs = [...block.needs, ...steps.flatMap((step) => step.needs)]
    if ((await lacking(needs, stage)) || missing(steps, captures)) continue
    if (block.kind === 'step') on(block)
    const results = await runAll(steps, stage, captures, { observe: false })
    const failed = results.find((result) => result.status === 'failed')
    if (failed) return { captures, steps: done, failed }
    if (block.kind !== 'step') continue
    captures = { ...captures, ...results[0]?.captures }
    done.push(...results)
  }
  return { captures, steps: done }
}

/** What a run remembers from block to block. */
class Run {
  readonly #checks: Record<string, Check>
  readonly #stage: Stage
  #captures: Captures = {}
  /** Why nothing more can be run. */
  #blocked: string | undefined
  /** Why the step before was skipped: then what it would have shown cannot be checked. */
  #shadow: string | undefined
  /** Captures that a skipped step would have made. */
  readonly #lost = new Map<string, string>()
  readonly #standing = new Standing()

  constructor(checks: Record<string, Check>, stage: Stage, blocked: string | undefined) {
    this.#checks = checks
    this.#stage = stage
    this.#blocked = blocked
  }

  async block(block: Runnable): Promise<AnyResult> {
    if (block.kind === 'step') return this.#step(block)
    const check = Object.hasOwn(this.#checks, block.id) ? this.#checks[block.id] : undefined
    const typed = block.kind === 'task' ? block.solve : []
    const reason =
      this.#blocked ?? this.#shadow ?? (await lacking(block.needs, this.#stage)) ?? this.#want(typed)
    if (block.kind === 'check') {
      if (!reason) return runCheck(block.id, check, this.#stage.bench, this.#captures)
      return { kind: 'check', id: block.id, claims: check?.claims ?? [], status: 'skipped', reason, ms: 0 }
    }
    if (reason) return { kind: 'task', id: block.id, status: 'skipped', reason, ms: 0, solve: [] }
    const result = await runTask(block, check, this.#stage, this.#captures)
    if (result.solve.some((step) => step.status === 'failed')) this.#blocked = `task ${block.id} failed`
    this.#standing.note(this.#stage.bench)
    return result
  }

  async #step(step: Step): Promise<StepResult> {
    const reason = this.#blocked ?? (await lacking(step.needs, this.#stage)) ?? this.#want([step])
    this.#shadow = reason && `step ${step.id} was skipped: ${reason}`
    if (reason) {
      for (const name of namesCaught(step)) if (!this.#lost.has(name)) this.#lost.set(name, step.id)
      const empty = { commands: [], captures: {}, changed: [], ms: 0 }
      return { kind: 'step', id: step.id, on: step.on, status: 'skipped', reason, ...empty }
    }
    const ended = this.#standing.ended(this.#stage.bench)
    const result = await runStep(step, this.#stage, this.#captures)
    this.#captures = { ...this.#captures, ...result.captures }
    this.#standing.note(this.#stage.bench)
    if (result.status === 'passed') return result
    this.#blocked = `step ${step.id} failed`
    return { ...result, ended }
  }

  /** Why these steps cannot be typed: a skipped step would have captured what they type. */
  #want(steps: Step[]): string | undefined {
    const here = steps.filter((step) => applies(step.when, this.#stage.cgroups))
    const name = missing(here, this.#captures)
    const cause = name && this.#lost.get(name)
    return cause ? `needs <${name}> of step ${cause}, which was skipped` : undefined
  }
}

/** A capture that the steps type before they, or any step that ran, have caught it. */
export function missing(steps: Step[], captures: Captures): string | undefined {
  const caught: string[] = []
  for (const { lines, expect } of steps.flatMap((step) => step.commands)) {
    const name = missingCaptures(lines, captures).find((one) => !caught.includes(one))
    if (name) return name
    caught.push(...expect.flatMap((line) => captureNames(line, 'expected')))
  }
  return undefined
}

function namesCaught(step: Step): string[] {
  return step.commands.flatMap((command) => command.expect.flatMap((line) => captureNames(line, 'expected')))
}

function isRunnable(block: Lesson['blocks'][number]): block is Runnable {
  return block.kind === 'step' || block.kind === 'check' || block.kind === 'task'
}

function overall(results: { status: Status }[]): Status {
  if (results.some((result) => result.status === 'failed')) return 'failed'
  return results.some((result) => result.status === 'passed') ? 'passed' : 'skipped'
}
