import { onlyKnown, type Place, readAttributes, readName, readNeeds, readWhen } from './attributes.ts'
import { type Command, LessonError, type Step } from './lesson.ts'

/** What surrounds a fence. */
export interface FenceContext {
  file: string
  /** The task around it, if any. */
  task?: string
  /** How many solves of that task stand before it. */
  solves: number
  /** In a translation the fence is empty: the step is the original's. */
  original?: Map<string, Step>
}

const ATTRIBUTES = ['step', 'on', 'when', 'needs', 'role']

/**
 * The step that a fence is, or undefined for a fence that is only read: another language than `console`, or a
 * `console` that has no step and no role.
 *
 * @param info what follows the opening backticks
 * @param content the lines between the fences, with their newlines
 * @param line the opening fence's line (from 1)
 */
export function readStep(
  info: string,
  content: string,
  line: number,
  context: FenceContext,
): Step | undefined {
  const place = { file: context.file, line }
  const { words, values } = readAttributes(info)
  if (words[0] !== 'console') {
    const stray = ATTRIBUTES.find((name) => name in values)
    if (stray) throw wrong(place, `"${stray}=" on a fence that is not run`, 'a console fence')
    return undefined
  }
  if (words[1])
    throw wrong(place, `unknown word "${words[1]}"`, `key=value, with one of ${ATTRIBUTES.join(', ')}`)
  onlyKnown(values, ATTRIBUTES, place)
  if (values.role !== undefined && values.role !== 'solve') {
    throw wrong(place, `bad role="${values.role}"`, 'role=solve')
  }
  if (values.step === undefined && values.role === undefined) {
    const stray = Object.keys(values)[0]
    if (stray) throw wrong(place, `"${stray}=" on a fence without a step`, 'step=NAME before it')
    return undefined
  }
  if (values.role && !context.task)
    throw wrong(place, 'a solve outside of a task', 'role=solve within ::: task')
  if (!values.role && context.task) {
    throw wrong(
      place,
      `a step within the task ${context.task}`,
      'role=solve here, or the step outside of the task',
    )
  }
  const id = readName('step', values.step ?? `${context.task}-solve-${context.solves + 1}`, place)
  if (context.original) return inherited(id, content, place, context.original)
  return {
    kind: 'step',
    file: context.file,
    id,
    on: readName('terminal in on=', values.on ?? 'host', place),
    when: readWhen(values.when, place),
    needs: readNeeds(values.needs, place),
    role: values.role ? 'solve' : undefined,
    commands: readCommands(content, { file: context.file, line: line + 1 }),
    line,
  }
}

/**
 * The commands of a step.
 *
 * @param place where the first line of `content` stands
 */
function readCommands(content: string, place: Place): Command[] {
  if (!content.trim()) throw wrong(place, 'a step without a command', 'a line that begins with "$ "')
  const commands: Command[] = []
  let continuing = false
  for (const [index, text] of content.replace(/\n$/, '').split('\n').entries()) {
    const line = place.line + index
    const command = commands.at(-1)
    if (/^\$( |$)/.test(text)) {
      if (!text.slice(2).trim()) throw wrong({ ...place, line }, 'an empty command', '"$ " and what is typed')
      commands.push({ lines: [text.slice(2)], expect: [], status: 0, line })
      continuing = true
    } else if (!command) {
      throw wrong(
        { ...place, line },
        `output before the first command: ${quote(text)}`,
        'a line that begins with "$ "',
      )
    } else if (continuing && /^>( |$)/.test(text)) {
      command.lines.push(text.slice(2))
    } else {
      command.expect.push(text)
      continuing = false
    }
  }
  return commands.map((command) => settle(command, place.file))
}

/** Takes `? N` off the end of what is expected, and the empty lines that only keep commands apart. */
function settle(command: Command, file: string): Command {
  const expect = [...command.expect]
  while (expect.length && !expect.at(-1)?.trim()) expect.pop()
  const first = command.line + command.lines.length
  const at = expect.findIndex((text) => /^\?(\s|$)/.test(text))
  if (at < 0) return { ...command, expect }
  const text = expect[at] ?? ''
  const status = /^\? (\d{1,3})\s*$/.exec(text)?.[1]
  if (status === undefined || Number(status) > 255) {
    throw wrong(
      { file, line: first + at },
      `bad status ${quote(text)}`,
      '"? N" with N from 0 to 255; "\\? " for output',
    )
  }
  if (at < expect.length - 1) {
    throw wrong(
      { file, line: first + at },
      `${quote(text)} before the end`,
      'the status after the last line of output',
    )
  }
  return { ...command, expect: expect.slice(0, at), status: Number(status) }
}

function inherited(id: string, content: string, place: Place, original: Map<string, Step>): Step {
  const step = original.get(id)
  if (!step)
    throw wrong(place, `unknown step "${id}"`, `a step of the original: ${[...original.keys()].join(', ')}`)
  if (content.trim())
    throw wrong(place, `step "${id}" has commands`, 'an empty fence: a translation inherits them')
  return step
}

function wrong(place: Place, problem: string, expected: string): LessonError {
  return new LessonError(place.file, place.line, problem, expected)
}

const quote = (text: string) => JSON.stringify(text)
