/** A lesson as data: what `parse` makes of a lesson.md, and what the tour, the test and the site read. */
export interface Lesson {
  /** `pid` for lessons/01-pid. */
  id: string
  /** `01` for lessons/01-pid: the order. */
  number: string
  /** The lesson's folder, absolute. */
  dir: string
  /** The file it was read from, absolute. */
  file: string
  title: string
  summary: string
  minutes: number
  /** Probes of `doctor` that must pass for any of it to run. */
  requires: string[]
  /** Names that patterns may capture with `<name>`. */
  captures: string[]
  /** Claim id to its sentence. */
  claims: Record<string, string>
  /** The line each claim stands on, for who finds it unproved. */
  claimLines: Record<string, number>
  blocks: Block[]
}

export type Block = Prose | Snippet | Step | CheckBlock | Task | Guess | Picture

/** Markdown that is only read. */
export interface Prose {
  kind: 'prose'
  markdown: string
  line: number
}

/**
 * A source file or one region of it: `<<< @/src/container/pid.ts#piece{1,3 ts} [title]`. As on the site, the braces
 * name lines to highlight and, after a space, a language; the brackets a title.
 */
export interface Snippet {
  kind: 'snippet'
  /** Relative to the project's root. */
  file: string
  region?: string
  lang: string
  /** Without the region's markers and without its common indentation; no newline at the end. */
  code: string
  /** The line of `file` on which the code begins (from 1). */
  firstLine: number
  /** Lines of `code` to highlight (from 1). */
  highlight: number[]
  title?: string
  line: number
}

/** Only on machines of this cgroup version; a hybrid machine is of v1, because its controllers are. */
export type Variant = 'cgroup-v1' | 'cgroup-v2'

/** A runnable block: commands typed into one terminal, and what they are expected to print. */
export interface Step {
  kind: 'step'
  /** The file it stands in, absolute: of a translation, the original's. */
  file: string
  id: string
  /** The terminal it is typed into; the first is `host`. */
  on: string
  when?: Variant
  /** Probes of `doctor` this step needs beyond the lesson's. */
  needs: string[]
  /** `solve`: the hidden solution of the task around it. */
  role?: 'solve'
  commands: Command[]
  line: number
}

export interface Command {
  /** What is typed, one entry a line: the `$ ` line and its `> ` lines, without the prompts. */
  lines: string[]
  /** What it prints, as patterns, one a line. */
  expect: string[]
  /** Exit status it must end with. */
  status: number
  line: number
}

/** Shows a check of checks.ts at this place. */
export interface CheckBlock {
  kind: 'check'
  id: string
  when?: Variant
  needs: string[]
  markdown: string
  line: number
}

/** Something the learner does alone; its check has the same id. */
export interface Task {
  kind: 'task'
  id: string
  when?: Variant
  needs: string[]
  markdown: string
  /** From question to nearly there. */
  hints: string[]
  /** Proves that it can be done; never shown by the tour unless asked. */
  solve: Step[]
  line: number
}

/** Asked before a surprise, answered by the next step, never graded. */
export interface Guess {
  kind: 'guess'
  markdown: string
  line: number
}

/** A picture of the site, by its name there, and its caption. In a terminal there is nothing to show. */
export interface Picture {
  kind: 'picture'
  name: string
  /** What else stands behind the name, `upto=pid`: the picture knows what to make of it. */
  props: Record<string, string>
  /** The caption. */
  markdown: string
  line: number
}

/** A lesson file that does not follow the format: says where, and what was expected there. */
export class LessonError extends Error {
  readonly file: string
  readonly line: number
  readonly problem: string
  readonly expected: string

  constructor(file: string, line: number, problem: string, expected: string) {
    super(`${file}:${line}: ${problem}\n  expected  ${expected}`)
    this.name = 'LessonError'
    this.file = file
    this.line = line
    this.problem = problem
    this.expected = expected
  }
}
