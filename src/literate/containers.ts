import type MarkdownIt from 'markdown-it'
import type StateBlock from 'markdown-it/lib/rules_block/state_block.mjs'
import { onlyKnown, type Place, readAttributes, readName, readNeeds, readWhen } from './attributes.ts'
import { LessonError, type Variant } from './lesson.ts'

/** What the first line of a container says; the plugin leaves it in the `meta` of `literate_open`. */
export type Container =
  | { kind: 'check' | 'task'; id: string; when?: Variant; needs: string[] }
  | { kind: 'guess' }
  | { kind: 'picture'; name: string; props: Record<string, string> }
  | { kind: 'prose' }

const LESSON = ['check', 'task', 'guess', 'picture'] as const

// The site's own containers; a lesson may use them, and for a lesson they are prose.
const PROSE = ['info', 'tip', 'warning', 'danger', 'details', 'raw', 'v-pre', 'code-group']

const FENCE = /^ {0,3}(`{3,}|~{3,})/
const OPEN = /^ {0,3}(:{3,})\s*(\S.*)$/
const CLOSE = /^ {0,3}(:{3,})\s*$/

/**
 * A markdown-it block rule for `::: name …` up to its `:::`. A container within another may have as many colons:
 * openings are counted. Colons inside a code fence are code.
 */
export function containers(md: MarkdownIt): void {
  md.block.ruler.before('fence', 'literate', rule, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })
}

function rule(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if (state.sCount[startLine]! - state.blkIndent >= 4) return false
  const lineAt = (line: number) => state.getLines(line, line + 1, state.blkIndent, false)
  const first = lineAt(startLine)
  if (!/^ {0,3}:{3,}/.test(first)) return false
  if (silent) return true

  const place = { file: fileOf(state.env), line: startLine + 1 }
  const [, colons = '', title] = OPEN.exec(first) ?? []
  if (!title) throw new LessonError(place.file, place.line, '":::" closes nothing', '"::: name" before it')
  const container = readContainer(title, place)
  const close = findClose(lineAt, startLine, endLine, colons.length)
  if (close === undefined) {
    throw new LessonError(
      place.file,
      place.line,
      `"::: ${title}" is not closed`,
      `a line "${colons}" after it`,
    )
  }

  const { parentType, lineMax } = state
  state.lineMax = close
  // So that a paragraph inside does not lazily run on past the container's end.
  state.parentType = 'blockquote'
  const open = state.push('literate_open', 'div', 1)
  open.block = true
  open.markup = colons
  open.info = title
  open.map = [startLine, close + 1]
  open.meta = { container }
  state.md.block.tokenize(state, startLine + 1, close)
  const end = state.push('literate_close', 'div', -1)
  end.block = true
  end.markup = colons
  state.parentType = parentType
  state.lineMax = lineMax
  state.line = close + 1
  return true
}

/** The file a document comes from: ours is told in `file`, the site's renderer says `path`. */
export function fileOf(env: { file?: string; path?: string } | undefined): string {
  return env?.file ?? env?.path ?? 'lesson.md'
}

function findClose(lineAt: (line: number) => string, start: number, end: number, colons: number) {
  const open = [colons]
  let fence: string | undefined
  for (let line = start + 1; line < end; line++) {
    const text = lineAt(line)
    const mark = FENCE.exec(text)?.[1]
    if (fence) {
      if (mark?.startsWith(fence) && text.trim() === mark) fence = undefined
    } else if (mark) {
      fence = mark
    } else if (OPEN.test(text)) {
      open.push(OPEN.exec(text)![1]!.length)
    } else if (CLOSE.test(text) && CLOSE.exec(text)![1]!.length >= open.at(-1)!) {
      open.pop()
      if (!open.length) return line
    }
  }
  return undefined
}

function readContainer(title: string, place: Place): Container {
  const name = /^\S+/.exec(title)![0]
  if (PROSE.includes(name)) return { kind: 'prose' }
  const kind = LESSON.find((one) => one === name)
  if (!kind) {
    throw new LessonError(
      place.file,
      place.line,
      `unknown container "${name}"`,
      `one of ${[...LESSON, ...PROSE].join(', ')}`,
    )
  }
  const { words, values } = readAttributes(title.slice(name.length))
  const extra = words[kind === 'guess' ? 0 : 1]
  if (extra)
    throw new LessonError(place.file, place.line, `unknown word "${extra}"`, `nothing more after ::: ${name}`)
  if (kind === 'picture')
    return { kind, name: readName(kind, words[0], place), props: readProps(values, place) }
  onlyKnown(values, kind === 'guess' ? [] : ['when', 'needs'], place)
  if (kind === 'guess') return { kind }
  return {
    kind,
    id: readName(kind, words[0], place),
    when: readWhen(values.when, place),
    needs: readNeeds(values.needs, place),
  }
}

/** Which attributes there are is the picture's business; that they can be attributes is ours. */
function readProps(values: Record<string, string>, place: Place): Record<string, string> {
  for (const key of Object.keys(values)) readName('attribute of a picture', key, place)
  return values
}
