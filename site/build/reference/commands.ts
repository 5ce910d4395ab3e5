import { usage } from '../../../src/cli/help.ts'
import { type Command, commands, exits, globals, type Option } from '../../../src/cli/options.ts'
import { capital, cell, table } from './table.ts'

/** Every command as the parser knows it and the help says it. */
export function commandReference(): string {
  return [...commands.map(section), '## Options of every command', options(globals)].join('\n\n')
}

function section(command: Command): string {
  const { name, summary, examples, passThrough } = command
  const status = { ...(passThrough ? {} : exits), ...command.exits }
  const parts = [`## ${name}`, `${capital(cell(summary))}.`, ['```sh', usage(command), '```'].join('\n')]
  if (command.arguments.length) {
    parts.push(
      table(
        ['argument', ''],
        command.arguments.map((one) => [`\`${one.name}\``, cell(one.summary)]),
      ),
    )
  }
  if (command.options.length) parts.push(options(command.options))
  parts.push(
    table(
      ['example', ''],
      examples.map(({ line, says }) => [`\`${line}\``, cell(says)]),
    ),
  )
  parts.push(
    table(
      ['exit status', ''],
      Object.entries(status).map(([code, says]) => [code, cell(says)]),
    ),
  )
  return parts.join('\n\n')
}

function options(list: readonly Option[]): string {
  const rows = list.map(({ name, short, value, summary, again, list }) => {
    const flag = `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`
    const more = [again && 'may be given again', list && 'several with commas']
    return [`\`${flag}\``, cell([summary, ...more.filter(Boolean)].join('; '))]
  })
  return table(['option', ''], rows)
}
