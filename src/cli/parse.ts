import { parseArgs } from 'node:util'
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
  const known = new Map(entry.options.map((option) => [option.name, option]))
  // Node takes the words apart; what they mean here, and the complaints, are ours. Its strict mode knows no command
  // behind the options, and no `--memory-swap -1`.
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      entry.options.map(({ name, short, value }) => [
        name,
        { type: value ? 'string' : 'boolean', ...(short && { short }) },
      ]),
    ),
    strict: false,
    tokens: true,
  })
  const given = new Map<string, Given>()
  let args: string[] = []
  for (const token of tokens) {
    if (token.kind === 'option') {
      const option = known.get(token.name)
      if (!option) throw unknownOption(token.rawName, entry)
      given.set(token.name, read(token, option, given.get(token.name), entry))
    } else if (token.kind === 'positional' && !entry.passThrough) {
      args.push(token.value)
    } else {
      const behind = token.kind === 'positional' ? token.index : token.index + 1
      args = [...args, ...argv.slice(behind)]
      break
    }
  }
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
  { rawName, value }: { rawName: string; value?: string },
  { value: wanted, list, again }: Option,
  before: Given | undefined,
  entry: Command,
): Given {
  if (!wanted && value !== undefined)
    throw new UsageError(`'${rawName}' takes no value. Usage: ${usage(entry)}`)
  if (!wanted) return true
  if (value === undefined)
    throw new UsageError(`'${rawName}' needs a value (${wanted}). Usage: ${usage(entry)}`)
  if (list)
    return value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
  return again ? [...((before as string[] | undefined) ?? []), value] : value
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
