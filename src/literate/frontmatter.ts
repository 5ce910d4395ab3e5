import * as v from 'valibot'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { NAME } from './attributes.ts'
import { LessonError } from './lesson.ts'

const text = (what: string) => v.pipe(v.string(what), v.trim(), v.nonEmpty(what))
const names = (what: string) =>
  v.optional(v.array(v.pipe(v.string(what), v.regex(NAME, what)), `a list: ${what}`), [])

const claims = v.pipe(
  v.record(
    v.pipe(v.string(), v.regex(/^[A-Z]+\d+$/, 'a claim id such as P1')),
    text('the claim, a sentence'),
    'claims by id, such as "P1: Each PID namespace has its own process 1."',
  ),
  v.minEntries(1, 'at least one claim'),
)

const fields = {
  title: text('the title, a line of text'),
  summary: text('one sentence of text'),
  minutes: v.pipe(v.number('minutes as a number'), v.integer('whole minutes'), v.minValue(1, 'at least 1')),
  requires: names('names of probes of doctor, such as cgroup-v2'),
  captures: names('names of captures, in small letters'),
  claims,
}

const strict = (issue: v.StrictObjectIssue) => {
  if (issue.expected === 'never') return `one of ${Object.keys(fields).join(', ')}`
  return issue.expected === 'Object' ? 'title, summary, minutes and claims' : 'it in the frontmatter'
}

const original = v.strictObject(fields, strict)

// A translation says only what has words in it; the rest is the original's.
const translation = v.strictObject(
  { title: fields.title, summary: fields.summary, claims: fields.claims },
  (issue) =>
    issue.expected === 'never'
      ? 'only title, summary and claims: a translation inherits the rest'
      : strict(issue),
)

type Fields = v.InferOutput<typeof original>
type Words = v.InferOutput<typeof translation>

const nothing = { minutes: 1, requires: [], captures: [] }

export interface Frontmatter extends Fields {
  /** The line each claim stands on, from 1. */
  claimLines: Record<string, number>
  /** The line of `captures:`, or of the beginning when there is none. */
  capturesLine: number
  /** How many lines the frontmatter takes, both `---` included. */
  length: number
}

/**
 * Reads what stands between the two `---` at the beginning of a lesson.
 *
 * @param source the whole file
 * @throws LessonError with the line of the field that is wrong
 */
export function readFrontmatter(source: string, file: string, translated = false): Frontmatter {
  const lines = source.split('\n')
  if (lines[0]?.trimEnd() !== '---')
    throw new LessonError(file, 1, 'no frontmatter', '"---" on the first line')
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---')
  if (end < 0)
    throw new LessonError(file, 1, 'the frontmatter is not closed', 'a second "---" after its last field')

  const counter = new LineCounter()
  // The opening line is taken along as a document marker, so that YAML counts as the file does.
  const document = parseDocument(lines.slice(0, end).join('\n'), {
    lineCounter: counter,
    prettyErrors: false,
  })
  const lineOf = (offset: number) => counter.linePos(offset).line
  const error = document.errors[0]
  if (error) {
    const expected =
      error.code === 'DUPLICATE_KEY' ? 'each field and each claim once' : 'YAML: "field: value"'
    throw new LessonError(
      file,
      lineOf(error.pos[0]),
      `the frontmatter is not right: ${error.message}`,
      expected,
    )
  }

  const result = v.safeParse(translated ? translation : original, document.toJS())
  // A misspelt field is told before the one that is missing because of it.
  const issue = result.issues?.find((one) => one.expected === 'never') ?? result.issues?.[0]
  if (issue) {
    const path = (issue.path ?? []).map((item) => String(item.key))
    throw new LessonError(file, lineOf(positionOf(document, path)), problemOf(issue, path), issue.message)
  }
  const values = { ...nothing, ...(result.output as Partial<Fields> & Words) }
  const claimLines: Record<string, number> = {}
  for (const id of Object.keys(values.claims)) claimLines[id] = lineOf(positionOf(document, ['claims', id]))
  return { ...values, claimLines, capturesLine: lineOf(positionOf(document, ['captures'])), length: end + 1 }
}

function problemOf(issue: v.BaseIssue<unknown>, path: string[]): string {
  const name = path.join('.')
  if (!name) return 'the frontmatter has no fields'
  if (issue.expected === 'never') return `unknown field "${name}"`
  if (issue.type === 'strict_object' && issue.input === undefined) return `"${name}" is missing`
  if (issue.path?.at(-1)?.origin === 'key')
    return `bad name "${path.at(-1)}" in "${path.slice(0, -1).join('.')}"`
  return `"${name}" is ${JSON.stringify(issue.input)}`
}

/** The offset of a field's key, or of the deepest field around it that is there. */
function positionOf(document: Document, path: string[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      if (!pair) break
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else {
      const item = document.getIn(path, true)
      return (isNode(item) ? item.range?.[0] : undefined) ?? offset
    }
  }
  return offset
}
