import { type Atom, readAtoms } from '../../../src/literate/captures.ts'
import type { Command, Step } from '../../../src/literate/lesson.ts'
import type { Recording } from '../../../src/literate/record.ts'
import { safe } from '../safe.ts'
import type { Words } from '../words.ts'

type Recorded = Recording['steps'][string]
type Captures = Record<string, string>

/** Part of a line; `name` is the capture whose value it is. */
export interface Part {
  text: string
  name?: string
}

/** A line of a transcript, as it stood on the screen. */
export interface Line {
  kind: 'typed' | 'output' | 'status'
  /** What the shell asked with, before a typed line. */
  prompt?: '$' | '>'
  parts: Part[]
}

/**
 * A step as it ran. Where the lesson captures a value, the recorded one is marked: it is one machine's.
 *
 * @param captures all values of the recording
 */
export function transcript(step: Step, recorded: Recorded, captures: Captures, words: Words): Line[] {
  return step.commands.flatMap((command, index) => {
    const { output = [], status = 0 } = recorded.commands[index] ?? {}
    return [
      ...typedLines(command, captures),
      ...output.map((text): Line => ({ kind: 'output', parts: markOutput(text, command.expect, captures) })),
      ...(status ? [{ kind: 'status' as const, parts: [{ text: words.status(status) }] }] : []),
    ]
  })
}

/** A step that nobody has recorded: what it types, and what it expects. */
export function expectation(step: Step): Line[] {
  return step.commands.flatMap((command) => [
    ...typedLines(command, {}),
    ...command.expect.map((text): Line => ({ kind: 'output', parts: [{ text }] })),
  ])
}

/** The commands alone, as somebody would type them; a value that only their own machine knows stays `<name>`. */
export function commandsOf(step: Step): { text: string; open: string[] } {
  const lines = step.commands.flatMap((command) => command.lines)
  const names = lines.flatMap((line) => readAtoms(line, 'typed').flatMap(nameOf))
  return {
    text: `${lines.map((line) => readAtoms(line, 'typed').map(spell).join('')).join('\n')}\n`,
    open: [...new Set(names)].map((name) => `<${name}>`),
  }
}

/** The lines as HTML, for a `pre`. A typed line's prompt is not selected with it. */
export function transcriptHtml(lines: Line[], words: Words): string {
  return lines.map((line) => lineHtml(line, words)).join('\n')
}

function lineHtml({ kind, prompt, parts }: Line, words: Words): string {
  const text = parts.map(({ text, name }) =>
    name ? `<mark title="&lt;${name}&gt; ${safe(words.yours)}">${safe(text)}</mark>` : safe(text),
  )
  const before = prompt ? `<span class="prompt">${safe(prompt)} </span>` : ''
  return `<span class="${kind}">${before}${text.join('')}</span>`
}

function typedLines({ lines }: Command, captures: Captures): Line[] {
  return lines.map((line, index) => ({
    kind: 'typed',
    prompt: index ? '>' : '$',
    parts: readAtoms(line, 'typed').map((atom) => {
      const name = nameOf(atom)[0]
      if (name === undefined) return { text: spell(atom) }
      return captures[name] === undefined ? { text: spell(atom) } : { text: captures[name], name }
    }),
  }))
}

/** Finds the expectation that a line of output met, and in it the places of captures. */
function markOutput(text: string, expect: string[], captures: Captures): Part[] {
  for (const line of expect) {
    const atoms = readAtoms(line, 'expected')
    const names = atoms.flatMap(nameOf)
    if (!names.length) continue
    const source = atoms.map((atom) => {
      if ('any' in atom) return '.*?'
      return 'text' in atom ? quote(atom.text) : `(${quote(captures[atom.name] ?? '')})`
    })
    const found = new RegExp(`^${source.join('')}\\s*$`, 'd').exec(text)
    if (found) return split(text, (found.indices ?? []).slice(1) as [number, number][], names)
  }
  return [{ text }]
}

function split(text: string, places: [number, number][], names: string[]): Part[] {
  const parts: Part[] = []
  let from = 0
  for (const [index, [start, end]] of places.entries()) {
    parts.push({ text: text.slice(from, start) }, { text: text.slice(start, end), name: names[index] })
    from = end
  }
  return [...parts, { text: text.slice(from) }].filter((part) => part.text)
}

const nameOf = (atom: Atom) => ('name' in atom ? [atom.name] : [])
const spell = (atom: Atom) => ('text' in atom ? atom.text : 'name' in atom ? `<${atom.name}>` : '')
const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
