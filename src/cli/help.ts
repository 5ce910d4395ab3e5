import { type Argument, type Command, command, commands, exits, globals, type Option } from './options.ts'
import { tokensOf } from './tokens.ts'
import { unknown } from './usage.ts'

// This file is all that `cooper --help` loads. ASCII only, and 80 columns whatever the terminal has: what is piped
// into a file or a pager looks as it does on the screen.
const columns = 80

/**
 * The answer to `--help`, `-h`, `help [command]`, `--version` and `-V`, wherever they stand; undefined when the
 * arguments ask for something else. What follows `--`, or the command of `run`, is not cooper's to read.
 *
 * @throws UsageError when help is asked about a command that does not exist
 */
export function answer(argv: readonly string[], version: string): string | undefined {
  const { words, options } = own(argv)
  const asks = (...names: string[]) => options.some((name) => names.includes(name))
  if (words[0] === 'help') return words[1] === undefined ? help() : commandHelp(words[1])
  if (asks('help', 'h')) return words[0] === undefined ? help() : commandHelp(words[0])
  if (asks('version', 'V')) return `${version}\n`
  return undefined
}

/** What of the arguments is cooper's own: its words, the command's name first, and the names of its options. */
function own(argv: readonly string[]): { words: string[]; options: string[] } {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const first = argv.findIndex((word) => !word.startsWith('-'))
  const entry = first === -1 || first > end ? undefined : command(argv[first]!)
  const before = entry ? argv.slice(0, first + 1) : argv.slice(0, end)
  const { tokens } = entry ? tokensOf(entry, argv.slice(first + 1)) : { tokens: [] }
  return {
    words: [
      ...before.filter((word) => !word.startsWith('-')),
      ...tokens.flatMap((token) => (token.kind === 'word' ? [token.value] : [])),
    ],
    options: [
      ...before.filter((word) => word.startsWith('-')).map((word) => word.replace(/^--?/, '')),
      ...tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])),
    ],
  }
}

/** `cooper --help`: all commands. Ends with a newline. */
export function help(): string {
  return page([
    ['Cooperage: build a working Linux container by hand, one feature at a time.'],
    section('Usage', ['  cooper [command] [arguments] [options]']),
    section(
      'Commands',
      table(commands.map((entry) => [[entry.name, ...entry.arguments.map(place)].join(' '), entry.summary])),
    ),
    section('Options', table(globals.map((option) => [flag(option), option.summary]))),
    section('Examples', table(commands.map(({ examples: [example] }) => [example.line, example.says]))),
    section('Exit status', table(Object.entries(exits))),
    ['Every command explains itself: cooper learn --help'],
  ])
}

/** `cooper COMMAND --help`. Ends with a newline. */
export function commandHelp(name: string): string {
  const entry = command(name)
  if (!entry) throw unknown('command', name, [...commands.map((known) => known.name)])
  return page([
    [`cooper ${entry.name}: ${entry.summary}`].flatMap((line) => fill(line, columns)),
    section('Usage', [`  ${usage(entry)}`]),
    section('Arguments', table(entry.arguments.map((argument) => [argument.name, argument.summary]))),
    section('Options', table([...entry.options, globals[0]].map((option) => [flag(option), option.summary]))),
    section('Examples', table(entry.examples.map(({ line, says }) => [line, says]))),
    section(
      'Exit status',
      // What runs another program leaves 1 and 2 to that one.
      table(Object.entries({ ...(entry.passThrough ? {} : exits), ...entry.exits })),
    ),
  ])
}

/** `cooper run [options] -- command...` */
export function usage(entry: Command): string {
  const options = entry.options.length > 0 ? ['[options]'] : []
  const rest = entry.arguments.map(place)
  return ['cooper', entry.name, ...options, ...(entry.passThrough ? ['--'] : []), ...rest].join(' ')
}

function place({ name, optional, many }: Argument): string {
  const shown = many ? `${name}...` : name
  return optional ? `[${shown}]` : `<${shown}>`
}

function flag({ name, short, value }: Option): string {
  const names = short ? `-${short}, --${name}` : `--${name}`
  return value ? `${names} <${value}>` : names
}

function page(sections: string[][]): string {
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? [title, ...lines] : []
}

/** Two columns; when the first is too long for the second to have room, the second goes below it. */
function table(rows: (readonly [string, string])[]): string[] {
  const left = Math.min(26, Math.max(0, ...rows.map(([name]) => name.length))) + 4
  return rows.flatMap(([name, text]) => {
    const lines = fill(text, columns - left).map((line) => ' '.repeat(left) + line)
    const start = `  ${name}`
    if (start.length + 2 > left) return [start, ...lines]
    return [start.padEnd(left) + (lines[0] ?? '').slice(left), ...lines.slice(1)]
  })
}

function fill(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]!
    if (line && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line ? `${line} ${word}` : word
  }
  return lines
}
