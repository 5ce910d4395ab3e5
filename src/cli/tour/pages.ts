import type {
  Block,
  CheckBlock,
  Guess,
  Lesson,
  Prose,
  Snippet,
  Stage,
  Step,
  Task,
} from '../../literate/index.ts'
import { applies } from '../../literate/index.ts'

/** What is shown at once: something to read, at most one thing to do, and the checks that prove it. */
export interface Page {
  read: (Prose | Snippet)[]
  act?: Step | Task | Guess
  checks: CheckBlock[]
  /** Index in `lesson.blocks` of its first block: what comes before is what a fresh bench must replay. */
  from: number
}

/** Cuts a lesson into pages: each ends with what there is to do, and the checks right behind it. */
export function pagesOf(lesson: Lesson, cgroups: Stage['cgroups']): Page[] {
  const pages: Page[] = []
  let page: Page | undefined
  for (const [index, block] of lesson.blocks.entries()) {
    if ('when' in block && !applies(block.when, cgroups)) continue
    if (!page || (isDone(page) && block.kind !== 'check')) {
      page = { read: [], checks: [], from: index }
      pages.push(page)
    }
    put(page, block)
  }
  return pages
}

function put(page: Page, block: Block): void {
  if (block.kind === 'prose' || block.kind === 'snippet') page.read.push(block)
  else if (block.kind === 'check') page.checks.push(block)
  else page.act = block
}

const isDone = (page: Page) => page.act !== undefined || page.checks.length > 0

/** The name under which progress and `--from` know a page. */
export function pageId(page: Page): string | undefined {
  const { act } = page
  return act && act.kind !== 'guess' ? act.id : page.checks[0]?.id
}
