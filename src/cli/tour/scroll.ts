import { look } from '../look/terminal.ts'
import { width } from '../look/width.ts'
import { askKey } from './keys.ts'

/** The prompt that is asked below the text, and the line before it. */
const promptLines = 4

/**
 * Writes to the learner's window, and stops before something would scroll away unread. What a longer text is cut at is
 * an empty line, where there is one.
 */
export class Scroll {
  readonly #asks: boolean
  #unread = 0

  /** @param asks false where nobody sits: then it writes without end */
  constructor(asks: boolean) {
    this.#asks = asks
  }

  /**
   * Writes some lines.
   *
   * @throws Quit, Interrupt when the learner has seen enough
   */
  async put(text: string): Promise<void> {
    let lines = text.split('\n')
    while (this.#asks) {
      const screen = look(process.stdout, process.env)
      const room = Math.max(screen.height - promptLines - this.#unread, 0)
      const fits = howMany(lines, room, screen.columns)
      if (fits >= lines.length) break
      const cut = blankBefore(lines, fits)
      const whole = this.#unread > 0 && cut === undefined
      // A text that fits a window of its own is not torn.
      const now = whole ? 0 : (cut ?? Math.max(fits, 1))
      this.#write(lines.slice(0, now), screen.columns)
      lines = lines.slice(now)
      if (lines.every((line) => line === '')) return
      await this.ask()
    }
    this.#write(lines, look(process.stdout, process.env).columns)
  }

  async ask(): Promise<void> {
    await askKey([{ name: 'on', key: '\r', says: 'reads on' }])
    this.read()
  }

  /** The learner has pressed a key: what stands above was read. */
  read(): void {
    this.#unread = 0
  }

  #write(lines: string[], columns: number): void {
    if (lines.length === 0) return
    process.stdout.write(`${lines.join('\n')}\n`)
    this.#unread += rowsOf(lines, columns)
  }
}

/** Rows of the window that lines take; a terminal folds what is too long. */
function rowsOf(lines: string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0)
}

function howMany(lines: string[], room: number, columns: number): number {
  let rows = 0
  const over = lines.findIndex((line) => {
    rows += rowsOf([line], columns)
    return rows > room
  })
  return over < 0 ? lines.length : over
}

/** The last empty line that leaves enough before it: a window with next to nothing in it is not worth a key. */
function blankBefore(lines: string[], end: number): number | undefined {
  for (let index = Math.min(end, lines.length - 1); index > Math.max(1, end / 3); index--)
    if (lines[index] === '') return index
  return undefined
}
