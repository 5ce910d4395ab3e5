import { usage } from './help.ts'
import {
  type Command,
  type CommandName,
  command,
  commands,
  globals,
  type Option,
  type Options,
} from './options.ts'
import { tokensOf } from './tokens.ts'
import { nearest, UsageError, unknown } from './usage.ts'

/** What was asked for: the command, its arguments in order, its options by name. */
export type Parsed = {
  [Name in CommandName]: { command: Name; args: string[]; options: Options<Name> }
}[CommandName]

/**
 * Reads the arguments behind `cooper`. `--help` and `--version` are answered before (see help.ts).
 *
 * @throws UsageError naming the nearest thing that exists, when something does not
 */
export function parse(argv: readonly string[]): Parsed {
  const [first, ...rest] = argv
  if (first?.startsWith('-') && first !== '--') return parseFor(commands[0], argv)
  if (first === undefined || first === '--') return parseFor(commands[0], rest)
  const entry = command(first)
  if (!entry) throw unknown('command', first, [...commands.map(({ name }) => name), 'help'])
  return parseFor(entry, rest)
}

function parseFor(entry: Command, argv: readonly string[]): Parsed {
  const { tokens, rest } = tokensOf(entry, argv)
  const given = new Map<string, Given>()
  const args: string[] = []
  for (const token of tokens) {
    if (token.kind === 'word') {
      args.push(token.value)
      continue
    }
    const option = entry.options.find(({ name }) => name === token.name)
    if (!option) throw unknownOption(token.raw, entry)
    given.set(token.name, read(token, option, given.get(token.name), entry))
  }
  args.push(...rest)
  const needed = entry.arguments.filter(({ optional }) => !optional)
  const missing = needed.slice(args.length)
  if (missing.length)
    throw new UsageError(
      `What is missing: ${missing.map(({ name }) => name).join(', ')}. Usage: ${usage(entry)}`,
    )
  if (args.length > entry.arguments.length && !entry.arguments.at(-1)?.many)
    throw new UsageError(`Too many arguments. Usage: ${usage(entry)}`)
  const options = Object.fromEntries(
    entry.options.map(({ name, value }) => [name, given.get(name) ?? (value ? undefined : false)]),
  )
  // The table made the options and the type alike; between the two, TypeScript cannot follow.
  return { command: entry.name, args, options } as Parsed
}

type Given = string | string[] | true

/** What one option says, with what it said before. */
function read(
  { raw, value }: { raw: string; value: string | undefined },
  { value: wanted, list, again }: Option,
  before: Given | undefined,
  entry: Command,
): Given {
  if (!wanted && value !== undefined) throw new UsageError(`'${raw}' takes no value. Usage: ${usage(entry)}`)
  if (!wanted) return true
  if (value === undefined) throw new UsageError(`'${raw}' needs a value (${wanted}). Usage: ${usage(entry)}`)
  if (!list && !again) return value
  const parts = list ? value.split(',').map((part) => part.trim()) : [value]
  return [...((before as string[] | undefined) ?? []), ...(list ? parts.filter(Boolean) : parts)]
}

function unknownOption(raw: string, entry: Command): UsageError {
  const near = nearest(
    raw,
    [...entry.options, ...globals].map(({ name }) => `--${name}`),
  )
  return new UsageError(
    `Unknown option '${raw}'. ${near ? `Did you mean '${near}'?` : `Usage: ${usage(entry)}`}`,
  )
}
