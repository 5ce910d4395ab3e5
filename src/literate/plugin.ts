import type MarkdownIt from 'markdown-it'
import type StateCore from 'markdown-it/lib/rules_core/state_core.mjs'
import type Token from 'markdown-it/lib/token.mjs'
import { type Container, containers, fileOf } from './containers.ts'
import { readStep } from './fences.ts'
import { LessonError, type Step } from './lesson.ts'

/** What a document is rendered with. */
export interface LiterateEnv {
  /** The file, for errors; the site's renderer says `path` instead. */
  file?: string
  path?: string
  /** The steps of the original, when this is a translation. */
  original?: Map<string, Step>
}

/** What the plugin leaves in `token.meta`: on a fence its step, on `literate_open` its container. */
export interface LiterateMeta {
  step?: Step
  container?: Container
}

/**
 * The markdown-it plugin that understands a lesson, for the command and the site alike: `::: check`, `::: task`,
 * `::: guess` and `::: picture` become `literate_open` and `literate_close`, and every fence that is a step carries it in `token.meta`.
 * It changes no rendering. Lines are counted from the beginning of the source it is given.
 */
export function literate(md: MarkdownIt): void {
  containers(md)
  md.core.ruler.after('block', 'literate_steps', steps)
}

/** The typed part of a token's `meta`. */
export function metaOf(token: Token | undefined): LiterateMeta {
  return (token?.meta as LiterateMeta | null) ?? {}
}

function steps(state: StateCore): void {
  const file = fileOf(state.env)
  const { original } = state.env as LiterateEnv
  const seen = new Map<string, number>()
  const open: Container[] = []
  let solves = 0
  for (const token of state.tokens) {
    if (token.type === 'literate_open') {
      const { container } = metaOf(token)
      if (container) open.push(container)
      solves = 0
    } else if (token.type === 'literate_close') {
      open.pop()
    } else if (token.type === 'fence' && token.map) {
      const line = token.map[0] + 1
      const around = open.at(-1)
      const task = around?.kind === 'task' ? around.id : undefined
      const step = readStep(token.info, token.content, line, { file, task, solves, original })
      if (!step) continue
      // One token of ours for each container, none for a task's own text: anything deeper is a list or a quote.
      if (token.level !== (task ? 1 : 0)) {
        throw new LessonError(
          file,
          line,
          `step "${step.id}" within something else`,
          'a step at the margin, on its own',
        )
      }
      const before = seen.get(step.id)
      if (before)
        throw new LessonError(
          file,
          line,
          `step "${step.id}" is there already, on line ${before}`,
          'another name',
        )
      seen.set(step.id, line)
      if (step.role) solves++
      token.meta = { ...(token.meta as object | null), step }
    }
  }
}
