import type { Captures } from '../facts/check.ts'
import type { CheckBlock, Step, Task } from './lesson.ts'
import type { Typed } from './typist.ts'

/** `skipped` is for what cannot run here, and for what comes after a failure; it always has a reason. */
export type Status = 'passed' | 'failed' | 'skipped'

export interface CommandResult {
  /** What was typed, with captures put in, an entry a line. */
  typed: string[]
  output: string[]
  status?: number
  prompt: Typed['prompt']
  /** The line of the lesson it stands on. */
  line: number
}

/** What was expected and did not come. */
export interface Mismatch {
  file: string
  line: number
  /** One sentence. */
  reason: string
  /** Expected and actual output, marked; empty when the output was right and the status was not. */
  diff: string[]
}

interface Result {
  id: string
  status: Status
  reason?: string
  /** Milliseconds. */
  ms: number
}

export interface StepResult extends Result {
  kind: 'step'
  on: string
  mismatch?: Mismatch
  /** Those that were typed: all of them, or up to the one that failed. */
  commands: CommandResult[]
  /** The captures that this step gave a value. */
  captures: Captures
  /** What the step changed in the kernel, in words. */
  changed: string[]
  /** Who had ended between the last step that worked and this one: `13 (sleep 1001)`. Only of one that failed. */
  ended?: string[]
}

/** Its `ms` is the time of the look that decided; more than {@link SLOW} is too much for a check. */
export interface CheckResult extends Result {
  kind: 'check'
  claims: string[]
  expected?: string
  saw?: string
  why?: string
}

export interface TaskResult extends Result {
  kind: 'task'
  /** The hidden solution, as it ran. */
  solve: StepResult[]
  /** The check before the solution, which must fail, and after it, which must pass. */
  before?: CheckResult
  after?: CheckResult
}

export interface LessonResult extends Result {
  steps: StepResult[]
  checks: CheckResult[]
  tasks: TaskResult[]
  /** Claims that no passed check of this run proves. */
  unproved: string[]
}

/** Milliseconds a check may take. */
export const SLOW = 20

/** What a run tells while it goes. */
export type LessonEvent =
  | { at: 'start'; block: Step | CheckBlock | Task }
  | { at: 'end'; block: Step | CheckBlock | Task; result: StepResult | CheckResult | TaskResult }
