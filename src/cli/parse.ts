import { CommanderError, Option as CommanderOption, createCommand, type Command as Program } from 'commander'
import { usage } from './help.ts'
import { type Command, type CommandName, command, commands, globals, type Options } from './options.ts'
import { nearest, UsageError, unknown } from './usage.ts'

/** What was asked for: the command, its arguments in order, its options by name. */
export type Parsed = {
  [Name in CommandName]: { command: Name; args: string[]; options: Options<Name> }
}[CommandName]

/**
 * Reads the arguments behind `cooper`. `--help` and `--version` are answered before (see help.ts), so that they need
 * no parser.
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
  const program = programFor(entry)
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw explain(error, entry)
    throw error
  }
  const given = program.opts<Record<string, unknown>>()
  const options = Object.fromEntries(
    entry.options.map(({ name, value }) => {
      const found = given[camelCase(name)]
      return [name, value ? found : found === true]
    }),
  )
  // The table made the program and the type alike; between the two, TypeScript cannot follow.
  return { command: entry.name, args: program.args, options } as Parsed
}

function programFor(entry: Command): Program {
  const program = createCommand(entry.name)
    .exitOverride()
    .configureOutput({ writeErr() {}, writeOut() {}, outputError() {} })
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(false)
    .passThroughOptions(entry.passThrough ?? false)
  for (const { name, optional, many } of entry.arguments) {
    const shown = many ? `${name}...` : name
    program.argument(optional ? `[${shown}]` : `<${shown}>`)
  }
  for (const { name, short, value, list, again, default: fallback } of entry.options) {
    const names = short ? `-${short}, --${name}` : `--${name}`
    const option = new CommanderOption(value ? `${names} <${value}>` : names)
    // Ours are what they say: --no-stream is no other spelling of a --stream that there is not.
    option.negate = false
    if (again) option.argParser((text: string, before: string[] = []) => [...before, text])
    if (list)
      option.argParser((text: string) =>
        text
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean),
      )
    if (fallback !== undefined) option.default(fallback)
    program.addOption(option)
  }
  return program
}

/** Commander's name for `--read-only`. */
function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Commander knows what was wrong; the words, and what to do instead, are ours. */
function explain(error: CommanderError, entry: Command): UsageError {
  const how = `Usage: ${usage(entry)}`
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  switch (error.code) {
    case 'commander.unknownOption': {
      const known = [...entry.options, ...globals].map(({ name }) => `--${name}`)
      const near = nearest(quoted, known)
      return new UsageError(`Unknown option '${quoted}'. ${near ? `Did you mean '${near}'?` : how}`)
    }
    case 'commander.missingArgument':
      return new UsageError(`What is missing: ${entry.arguments.map(({ name }) => name).join(', ')}. ${how}`)
    case 'commander.optionMissingArgument': {
      const value = /<([^>]+)>/.exec(quoted)?.[1] ?? 'value'
      return new UsageError(`'${quoted.split(' ')[0]}' needs a value (${value}). ${how}`)
    }
    case 'commander.excessArguments':
      return new UsageError(`Too many arguments. ${how}`)
    default:
      return new UsageError(`${error.message.replace(/^error: /, '')}. ${how}`)
  }
}
