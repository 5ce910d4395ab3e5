import type {
  Block,
  CheckBlock,
  Guess,
  Lesson,
  Picture,
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

/**
 * Cuts a lesson into pages: each ends with what there is to do, and the checks right behind it. Pictures are the
 * site's.
 */
export function pagesOf(lesson: Lesson, cgroups: Stage['cgroups']): Page[] {
  const pages: Page[] = []
  let page: Page | undefined
  for (const [index, block] of lesson.blocks.entries()) {
    if (block.kind === 'picture' || ('when' in block && !applies(block.when, cgroups))) continue
    if (!page || (isDone(page) && block.kind !== 'check')) {
      page = { read: [], checks: [], from: index }
      pages.push(page)
    }
    put(page, block)
  }
  return pages
}

function put(page: Page, block: Exclude<Block, Picture>): void {
  if (block.kind === 'prose' || block.kind === 'snippet') page.read.push(block)
  else if (block.kind === 'check') page.checks.push(block)
  else page.act = block
}

const isDone = (page: Page) => page.act !== undefined || page.checks.length > 0

/** The name under which progress and `--from` know a page; one that is only read or guessed at has none. */
export function pageId(page: Page): string | undefined {
  const { act } = page
  return act && act.kind !== 'guess' ? act.id : page.checks[0]?.id
}

/** What to write down as the place of somebody who has this page before them: the next name there is. */
export function placeAt(pages: Page[], at: number): string | undefined {
  return pages.slice(at).map(pageId).find(Boolean) ?? pages.slice(0, at).map(pageId).findLast(Boolean)
}

/** The page to begin at for a name: what is only read or guessed at before it belongs to it. -1 when there is none. */
export function pageOf(pages: Page[], id: string): number {
  let at = pages.findIndex((page) => pageId(page) === id)
  while (at > 0 && pageId(pages[at - 1]!) === undefined) at--
  return at
}
