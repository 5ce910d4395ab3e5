import { parseArgs } from 'node:util'
import type { Command } from './options.ts'

/** One word of the arguments: an option with its value, or one that stands for itself. */
export type Token =
  | { kind: 'option'; name: string; raw: string; value: string | undefined }
  | { kind: 'word'; value: string }

/**
 * Takes the arguments behind a command's name apart. From `--` on, and from the command of `run` on, nothing is
 * cooper's: that is `rest`.
 *
 * Node does it; what the words mean, and the complaints, are ours. Its strict mode knows no command behind the options,
 * and no `--memory-swap -1`.
 */
export function tokensOf(entry: Command, argv: readonly string[]): { tokens: Token[]; rest: string[] } {
  const { tokens: found } = parseArgs({
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
  const tokens: Token[] = []
  for (const token of found) {
    const { kind, index } = token
    if (kind === 'option') {
      tokens.push({ kind, name: token.name, raw: token.rawName, value: token.value })
    } else if (kind === 'option-terminator') {
      if (argv[index] === '--') return { tokens, rest: argv.slice(index + 1) }
      // A dash among letters, `-i-`: Node reads `-i --`.
      tokens.push({ kind: 'option', name: '-', raw: argv[index]!, value: undefined })
    } else if (entry.passThrough) {
      return { tokens, rest: argv.slice(index) }
    } else {
      tokens.push({ kind: 'word', value: token.value })
    }
  }
  return { tokens, rest: [] }
}
