import { createInterface } from 'node:readline'
import { Interrupt } from '../interrupt.ts'
import { survive } from '../keyboard.ts'

/**
 * Asks for a line; empty is an answer, too. Undefined for Ctrl-D and the end of the input.
 *
 * @throws Interrupt for Ctrl-C
 */
export function askLine(question: string): Promise<string | undefined> {
  const { stdin: input, stdout: output } = process
  survive(input)
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output })
    let settle = () => {
      output.write('\n')
      resolve(undefined)
    }
    // Only once it has closed, the keyboard is free again.
    lines.once('close', () => settle())
    const finish = (how: () => void) => {
      settle = how
      lines.close()
    }
    lines.once('SIGINT', () => {
      output.write('\n')
      finish(() => reject(new Interrupt()))
    })
    lines.question(question, (answer) => finish(() => resolve(answer.trim())))
  })
}
