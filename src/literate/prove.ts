import { captureNames } from './captures.ts'
import { type Block, LessonError, type Step } from './lesson.ts'

/** Refuses checks and tasks of one name, and a guess that no step answers. */
export function proveBlocks(blocks: Block[], file: string): void {
  const seen = new Map<string, number>()
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'guess' && !blocks.slice(index).some((later) => later.kind === 'step')) {
      throw new LessonError(file, block.line, 'a guess that nothing answers', 'a step after it')
    }
    if (block.kind !== 'check' && block.kind !== 'task') continue
    const before = seen.get(block.id)
    if (before) {
      const problem = `${block.kind} "${block.id}" is there already, on line ${before}`
      throw new LessonError(file, block.line, problem, 'another name: a task has a check of its own name')
    }
    seen.set(block.id, block.line)
  }
}

/**
 * Refuses captures that are not declared, that are typed before an expectation has caught them, and that are declared
 * in vain. What a solve captures is known to that task only: a learner may solve it in another way.
 *
 * @param line of `captures:` in the frontmatter
 */
export function proveCaptures(blocks: Block[], declared: string[], file: string, line: number): void {
  const caught = new Set<string>()
  const everywhere = new Set<string>()
  for (const block of blocks) {
    if (block.kind === 'step') proveStep(block, declared, caught)
    if (block.kind !== 'task') continue
    const own = new Set(caught)
    for (const step of block.solve) proveStep(step, declared, own)
    for (const name of own) everywhere.add(name)
  }
  const vain = declared.find((name) => !caught.has(name) && !everywhere.has(name))
  if (vain)
    throw new LessonError(
      file,
      line,
      `capture <${vain}> is declared and never caught`,
      `<${vain}> in an output`,
    )
}

function proveStep(step: Step, declared: string[], caught: Set<string>): void {
  for (const command of step.commands) {
    const known = (name: string, at: number) => {
      if (declared.includes(name)) return
      throw new LessonError(
        step.file,
        at,
        `capture <${name}> is not declared`,
        `"captures: [${[...declared, name].join(', ')}]" in the frontmatter, or \\<${name}> for the text`,
      )
    }
    for (const [index, text] of command.lines.entries()) {
      for (const name of captureNames(text, 'typed')) {
        known(name, command.line + index)
        if (caught.has(name)) continue
        throw new LessonError(
          step.file,
          command.line + index,
          `<${name}> has no value yet`,
          'an output that catches it before',
        )
      }
    }
    for (const [index, text] of command.expect.entries()) {
      for (const name of captureNames(text, 'expected')) {
        known(name, command.line + command.lines.length + index)
        caught.add(name)
      }
    }
  }
}
