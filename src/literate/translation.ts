import { basename, dirname, join } from 'node:path'
import { type Block, type Lesson, LessonError } from './lesson.ts'

/** `lesson.md` for its translation `lesson.zh.md`; undefined for an original. */
export function originalOf(file: string): string | undefined {
  return /^lesson\.[A-Za-z-]+\.md$/.test(basename(file)) ? join(dirname(file), 'lesson.md') : undefined
}

/**
 * Completes a translation: what has no words in it is the original's, and everything with an id must be there, in the
 * original's order.
 *
 * @throws LessonError when a step, check, task or claim is missing or out of order
 */
export function inherit(translation: Lesson, original: Lesson): Lesson {
  const { file } = translation
  const expected = named(original.blocks)
  const found = named(translation.blocks)
  for (const [index, block] of expected.entries()) {
    const other = found[index]
    if (other?.name === block.name) continue
    const problem = other ? `${other.name} instead of ${block.name}` : `${block.name} is missing`
    throw new LessonError(file, other?.line ?? 1, problem, 'the blocks of the original, in their order')
  }
  const extra = found[expected.length]
  if (extra)
    throw new LessonError(
      file,
      extra.line,
      `${extra.name} is not in the original`,
      'the blocks of the original',
    )

  for (const id of Object.keys({ ...original.claims, ...translation.claims })) {
    if (id in original.claims && id in translation.claims) continue
    const line = translation.claimLines[id] ?? 1
    throw new LessonError(file, line, `claim ${id} is on one side only`, 'the claims of the original')
  }
  const { minutes, requires, captures } = original
  const blocks = translation.blocks.map((block) => withConditions(block, original.blocks))
  return { ...translation, minutes, requires, captures, blocks }
}

/** Where a check or task applies is not a matter of language. */
function withConditions(block: Block, originals: Block[]): Block {
  if (block.kind !== 'check' && block.kind !== 'task') return block
  const same = originals.find((other) => other.kind === block.kind && other.id === block.id)
  return same?.kind === block.kind ? { ...block, when: same.when, needs: same.needs } : block
}

function named(blocks: Block[]): { name: string; line: number }[] {
  return blocks.flatMap((block) =>
    block.kind === 'step' || block.kind === 'check' || block.kind === 'task'
      ? [{ name: `${block.kind} ${block.id}`, line: block.line }]
      : [],
  )
}
