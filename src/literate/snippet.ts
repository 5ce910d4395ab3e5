import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, relative, resolve } from 'node:path'
import type MarkdownIt from 'markdown-it'
import { LessonError, type Snippet } from './lesson.ts'

// A region's two marker lines in each family of comments. The first group is the name; at the end it may be missing.
const COMMENTS: [before: string, after: string][] = [
  ['//\\s*#?', ''],
  ['/\\*\\s*#?', '\\s*\\*/'],
  ['<!--\\s*#?', '\\s*-->'],
  ['#pragma\\s+', ''],
  ['(?:--|::|@?REM)\\s*#?', ''],
  ['#\\s*#?', ''],
]
const MARKERS = COMMENTS.map(([before, after]) => ({
  start: new RegExp(`^\\s*${before}region\\b\\s*(.*?)${after}\\s*$`, 'i'),
  end: new RegExp(`^\\s*${before}end ?region\\b\\s*(.*?)${after}\\s*$`, 'i'),
}))

const SPEC =
  /^<<<\s*(?<path>[^#{[\s]+)(?:#(?<region>[\w-]+))?\s*(?:\{(?<meta>[^}]*)\})?\s*(?:\[(?<title>[^\]]+)\])?\s*$/

/** A markdown-it block rule for `<<< …` lines; the site has one of its own, which comes first there. */
export function snippetLines(md: MarkdownIt): void {
  md.block.ruler.before('fence', 'literate_snippet', (state, startLine, _endLine, silent) => {
    if (state.sCount[startLine]! - state.blkIndent >= 4) return false
    const text = state.getLines(startLine, startLine + 1, state.blkIndent, false).trim()
    if (!text.startsWith('<<<')) return false
    if (silent) return true
    const token = state.push('literate_snippet', '', 0)
    token.content = text
    token.map = [startLine, startLine + 1]
    state.line = startLine + 1
    return true
  })
}

/**
 * Reads the file that a `<<<` line names. `@` is the project's root; other paths are relative to the lesson.
 *
 * @param spec the line, trimmed
 * @param file the lesson
 * @throws LessonError when the file is not there or not the project's, or has no such region
 */
export function readSnippet(spec: string, file: string, line: number, root: string): Snippet {
  const wrong = (problem: string, expected: string) => new LessonError(file, line, problem, expected)
  const { path = '', region, meta, title } = SPEC.exec(spec)?.groups ?? {}
  if (!path) throw wrong(`bad snippet ${JSON.stringify(spec)}`, '"<<< @/path#region{1,3 lang} [title]"')
  const [ranges, language] = readMeta(meta ?? '')
  if (!ranges) throw wrong(`bad braces {${meta}}`, 'lines such as {1,3-5}, a language, or both: {1,3-5 ts}')

  const source = path.startsWith('@') ? resolve(root, `.${path.slice(1)}`) : resolve(dirname(file), path)
  const name = relative(root, source)
  if (name.startsWith('..')) throw wrong(`snippet ${path} is outside of the project`, 'a file below the root')
  if (!existsSync(source) || !statSync(source).isFile())
    throw wrong(`no file ${name}`, 'a file of the project')

  const text = readFileSync(source, 'utf8').replaceAll('\r\n', '\n')
  const cut = region ? cutRegion(text, region) : { code: text.replace(/\n+$/, ''), firstLine: 1 }
  if (!cut) {
    throw wrong(
      `no region "${region}" in ${name}`,
      `"#region ${region}" and "#endregion ${region}" in comments there`,
    )
  }
  const lang = language ?? extname(source).slice(1)
  return { kind: 'snippet', file: name, region, lang, ...cut, highlight: ranges, title, line }
}

/**
 * Cuts a region out of a source text: without marker lines and common indentation. A region that appears more than
 * once is put together from its parts; regions nested in it lose their markers and stay.
 *
 * @returns undefined when there is no such region, or no end to it
 */
export function cutRegion(text: string, name: string): { code: string; firstLine: number } | undefined {
  const lines = text.split('\n')
  for (const { start, end } of MARKERS) {
    const parts: [from: number, to: number][] = []
    let depth = 0
    let from = 0
    for (const [index, line] of lines.entries()) {
      if (start.exec(line)?.[1] === name) {
        if (depth++ === 0) from = index + 1
      } else if (depth && closes(end.exec(line)?.[1], name) && --depth === 0) {
        parts.push([from, index])
      }
    }
    if (!parts.length) continue
    const isMarker = (line: string) => start.test(line) || end.test(line)
    const kept = parts.flatMap(([a, b]) => lines.slice(a, b)).filter((line) => !isMarker(line))
    const first = lines.findIndex((line, index) => index >= parts[0]![0] && !isMarker(line))
    return { code: dedent(kept), firstLine: first + 1 }
  }
  return undefined
}

const closes = (found: string | undefined, name: string) => found === name || found === ''

function dedent(lines: string[]): string {
  const indents = lines.filter((line) => line.trim()).map((line) => /^[ \t]*/.exec(line)![0].length)
  const common = Math.min(...indents, Number.POSITIVE_INFINITY)
  return lines.map((line) => line.slice(common)).join('\n')
}

function readMeta(meta: string): [number[] | undefined, string?] {
  const [, ranges = '', language] = /^\s*(\d+(?:[,-]\d+)*)?\s*([A-Za-z][\w+#-]*)?\s*$/.exec(meta) ?? [
    undefined,
    'x',
  ]
  if (ranges === 'x') return [undefined]
  const numbers = ranges.split(',').flatMap((range) => {
    if (!range) return []
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
  return [numbers, language]
}
