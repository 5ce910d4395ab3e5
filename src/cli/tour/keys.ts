import { Interrupt } from '../interrupt.ts'
import { takeKeys } from '../keyboard.ts'
import { spell } from '../look/marks.ts'
import { painter } from '../look/paint.ts'
import { look, type Screen } from '../look/terminal.ts'
import { width } from '../look/width.ts'
import { wrapText } from '../look/wrap.ts'

/** A key and what it does: `{ key: 'h', says: 'hint' }`; Enter is `\r`. */
export interface Choice<Name extends string> {
  name: Name
  key: string
  says: string
}

/** The learner wants to leave the lesson, and has done nothing wrong. */
export class Quit extends Error {
  constructor() {
    super('quit')
    this.name = 'Quit'
  }
}

const quit: Choice<'quit'> = { name: 'quit', key: 'q', says: 'quit' }

/**
 * Offers some keys, and `q` behind them, and waits for one of them. `meanwhile` may end the wait with an answer of its
 * own (a task that turned green).
 *
 * @throws Quit for `q`, Ctrl-D and the end of the input; Interrupt for Ctrl-C
 */
export function askKey<Name extends string>(
  choices: Choice<Name>[],
  meanwhile?: (answer: (name: Name) => void) => () => void,
): Promise<Name> {
  const screen = look(process.stdout, process.env)
  process.stdout.write(`\n${menuLines([...choices, quit], screen).join('\n')}\n`)
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      stopMeanwhile?.()
      stopTaking()
      settle()
    }
    const leave = (error: Error) => finish(() => reject(error))
    const stopTaking = takeKeys({
      onKeys(keys) {
        if (keys.includes('\x03')) return leave(new Interrupt())
        if (keys === '\x04' || keys.toLowerCase() === quit.key) return leave(new Quit())
        const key = keys === '\n' || keys.endsWith('\r') ? '\r' : keys.toLowerCase()
        const choice = choices.find((one) => one.key === key)
        if (choice) finish(() => resolve(choice.name))
      },
      onEnd: () => leave(new Quit()),
    })
    const stopMeanwhile = meanwhile?.((name) => finish(() => resolve(name)))
  })
}

/** `Enter runs it here · t type it yourself · q quit`, folded where the window is narrow. */
export function menuLines(choices: Choice<string>[], screen: Screen): string[] {
  const paint = painter(screen)
  const lines: string[] = []
  for (const { key, says } of choices) {
    const name = key === '\r' ? 'Enter' : key
    // Folded before it is painted: a colour must not be torn.
    const [first = '', ...more] = wrapText(spell(`${name} ${says}`, screen), screen.width)
    const painted = `${paint(name, 'strong')}${paint(first.slice(name.length), 'quiet')}`
    const last = lines.at(-1)
    if (last !== undefined && more.length === 0 && width(last) + 3 + width(first) <= screen.width)
      lines[lines.length - 1] = `${last}${spell(' · ', screen)}${painted}`
    else lines.push(painted, ...more.map((line) => paint(line, 'quiet')))
  }
  return lines
}
