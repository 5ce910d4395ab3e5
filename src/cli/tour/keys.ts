import { spell } from '../look/marks.ts'
import { painter } from '../look/paint.ts'
import { look } from '../look/terminal.ts'

/** A key and what it does: `{ key: 'h', says: 'hint' }`; Enter is `\r`. */
export interface Choice<Name extends string> {
  name: Name
  key: string
  says: string
}

/**
 * Offers some keys on one line and waits for one of them. Ctrl-C and Ctrl-D are `quit`, as is the end of the input.
 * `meanwhile` may end the wait with an answer of its own (a task that turned green).
 */
export function askKey<Name extends string>(
  choices: Choice<Name>[],
  meanwhile?: (answer: (name: Name) => void) => () => void,
): Promise<Name | 'quit'> {
  const { stdin, stdout } = process
  stdout.write(`\n${menuLine(choices)}\n`)
  return new Promise((resolve) => {
    const finish = (name: Name | 'quit') => {
      stop?.()
      stdin.off('data', onKeys).off('end', onEnd)
      if (stdin.isTTY) stdin.setRawMode(false)
      stdin.pause()
      resolve(name)
    }
    const onKeys = (keys: Buffer) => {
      const key = keys.toString('utf8')
      if (key.includes('\x03') || key === '\x04') return finish('quit')
      const enter = key === '\n' || key.endsWith('\r') ? '\r' : key.toLowerCase()
      const choice = choices.find((one) => one.key === enter)
      if (choice) finish(choice.name)
    }
    const onEnd = () => finish('quit')
    let stop: (() => void) | undefined
    if (stdin.isTTY) stdin.setRawMode(true)
    stdin.on('data', onKeys).on('end', onEnd).resume()
    stop = meanwhile?.(finish)
  })
}

/** `Enter run it here · t type it yourself · q quit`, folded where the window is narrow. */
function menuLine(choices: Choice<string>[]): string {
  const screen = look(process.stdout, process.env)
  const paint = painter(screen)
  const lines: string[][] = [[]]
  let width = 0
  for (const { key, says } of choices) {
    const name = key === '\r' ? 'Enter' : key
    const length = name.length + says.length + 4
    if (width + length > screen.width && width > 0) {
      lines.push([])
      width = 0
    }
    width += length
    lines.at(-1)!.push(`${paint(name, 'strong')} ${paint(says, 'quiet')}`)
  }
  return spell(lines.map((line) => line.join(' · ')).join('\n'), screen)
}
