import { Chalk } from 'chalk'
import type { Screen } from './terminal.ts'

/** What a run of text is; how that looks is decided once, by `painter`. */
export type Mark =
  | 'strong'
  | 'emphasis'
  | 'code'
  | 'link'
  | 'quiet'
  | 'heading'
  | 'good'
  | 'bad'
  | 'notice'
  | 'keyword'
  | 'string'
  | 'number'
  | 'name'

/** Paints a text; leaves it alone where there is no colour. */
export type Paint = (text: string, ...marks: Mark[]) => string

/**
 * A painter for one screen.
 *
 * Only the sixteen named colours: they follow the reader's own palette, so they can be read on a light terminal
 * as on a dark one.
 */
export function painter(screen: Pick<Screen, 'colour'>): Paint {
  // An instance with its own level: chalk's default one looks at the environment a second time, by other rules.
  const chalk = new Chalk({ level: screen.colour ? 1 : 0 })
  const styles: Record<Mark, (text: string) => string> = {
    strong: chalk.bold,
    emphasis: chalk.italic,
    code: chalk.cyan,
    link: chalk.underline,
    quiet: chalk.dim,
    heading: chalk.bold.magenta,
    good: chalk.green,
    bad: chalk.red,
    notice: chalk.yellow,
    keyword: chalk.magenta,
    string: chalk.green,
    number: chalk.yellow,
    name: chalk.blue,
  }
  return (text, ...marks) =>
    text.trim() === '' ? text : marks.reduceRight((painted, mark) => styles[mark](painted), text)
}
