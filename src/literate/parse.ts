import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import MarkdownIt from 'markdown-it'
import type Token from 'markdown-it/lib/token.mjs'
import { readFrontmatter } from './frontmatter.ts'
import { type Block, type Lesson, LessonError, type Step, type Task } from './lesson.ts'
import { type LiterateEnv, literate, metaOf } from './plugin.ts'
import { proveBlocks, proveCaptures } from './prove.ts'
import { readSnippet, snippetLines } from './snippet.ts'
import { readTask } from './task.ts'
import { inherit, originalOf } from './translation.ts'

/**
 * Reads a lesson file, `lessons/NN-name/lesson.md`, or a translation beside it, `lesson.zh.md`, which inherits its
 * steps from the original by their ids.
 *
 * @param file the lesson, absolute or relative to the working directory
 * @param root the project's root: what `@` in snippets means
 * @throws LessonError for the first thing that does not follow the format
 */
export function parseLesson(file: string, root: string): Lesson {
  const path = resolve(file)
  const original = originalOf(path)
  if (!original) return read(path, root)
  const base = read(original, root)
  return inherit(read(path, root, base), base)
}

function read(file: string, root: string, original?: Lesson): Lesson {
  const dir = dirname(file)
  const [, number, id] = /^(\d\d)-([a-z][a-z0-9-]*)$/.exec(basename(dir)) ?? []
  if (!number || !id)
    throw new LessonError(file, 1, `a lesson in ${basename(dir)}/`, 'lessons/NN-name/lesson.md')

  const source = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  const front = readFrontmatter(source, file, original !== undefined)
  const blocks = readBlocks(source, front.length, file, root, original)
  proveBlocks(blocks, file)
  const { title, summary, minutes, requires, captures, claims, claimLines } = front
  if (!original) proveCaptures(blocks, captures, file, front.capturesLine)
  return { id, number, dir, file, title, summary, minutes, requires, captures, claims, claimLines, blocks }
}

function readBlocks(source: string, from: number, file: string, root: string, original?: Lesson): Block[] {
  const lines = source.split('\n')
  const md = new MarkdownIt({ html: true }).use(literate).use(snippetLines)
  const tasks = new Map(
    original?.blocks.flatMap((b): [string, Task][] => (b.kind === 'task' ? [[b.id, b]] : [])),
  )
  const env: LiterateEnv = { file, original: original && new Map(stepsOf(original.blocks)) }
  // The frontmatter becomes empty lines, so that every token's map is right for the file.
  const tokens = md.parse('\n'.repeat(from) + lines.slice(from).join('\n'), env)
  refuseHidden(tokens, file)

  const blocks: Block[] = []
  let cursor = from
  const prose = (until: number) => {
    const text = lines.slice(cursor, until)
    const blank = text.findIndex((line) => line.trim())
    if (blank >= 0) blocks.push({ kind: 'prose', markdown: text.join('\n').trim(), line: cursor + blank + 1 })
  }
  for (const [index, token] of tokens.entries()) {
    if (token.level !== 0 || !token.map) continue
    const block = readBlock(token, () => container(tokens, index), lines, file, root, tasks)
    if (!block) continue
    prose(token.map[0])
    blocks.push(block)
    cursor = token.map[1]
  }
  prose(lines.length)
  return blocks
}

function readBlock(
  token: Token,
  inside: () => Token[],
  lines: string[],
  file: string,
  root: string,
  tasks: Map<string, Task>,
): Block | undefined {
  const [start, end] = token.map!
  const line = start + 1
  const { step, container } = metaOf(token)
  if (step) return step
  if (token.type === 'literate_snippet') return readSnippet(token.content, file, line, root)
  if (!container || container.kind === 'prose') return undefined
  if (container.kind === 'task')
    return readTask(container, inside(), lines, file, tasks.get(container.id)?.solve)
  const markdown = lines
    .slice(start + 1, end - 1)
    .join('\n')
    .trim()
  if (!markdown) throw new LessonError(file, line, `an empty ${container.kind}`, 'text for the learner')
  return container.kind === 'guess' || container.kind === 'picture'
    ? { ...container, markdown, line }
    : { ...container, kind: 'check', markdown, line }
}

/** The steps of a lesson that stand for themselves, and those of its tasks. */
export function stepsOf(blocks: Block[]): [id: string, step: Step][] {
  return blocks.flatMap((block): [string, Step][] => {
    if (block.kind === 'step') return [[block.id, block]]
    return block.kind === 'task' ? block.solve.map((step): [string, Step] => [step.id, step]) : []
  })
}

function container(tokens: Token[], open: number): Token[] {
  const length = tokens.slice(open).findIndex((token) => token.type === 'literate_close' && token.level === 0)
  return tokens.slice(open, open + length + 1)
}

/** Things that would be swallowed by what is around them, and never be seen to be missing. */
function refuseHidden(tokens: Token[], file: string): void {
  for (const token of tokens) {
    const line = (token.map?.[0] ?? 0) + 1
    if (token.type === 'literate_snippet' && token.level > 0) {
      throw new LessonError(
        file,
        line,
        'a snippet within something else',
        'a snippet at the margin, on its own',
      )
    }
    if (token.type === 'literate_open' && token.level > 0 && metaOf(token).container?.kind !== 'prose') {
      throw new LessonError(
        file,
        line,
        `"::: ${token.info}" within something else`,
        'it at the margin, on its own',
      )
    }
    if (token.type !== 'inline') continue
    const at = token.content.split('\n').findIndex((text) => text.startsWith('<<<'))
    if (at >= 0)
      throw new LessonError(file, line + at, 'a snippet in a paragraph', 'an empty line before "<<<"')
  }
}
