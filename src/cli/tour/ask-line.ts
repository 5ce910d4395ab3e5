import { createInterface } from 'node:readline'
import { Interrupt } from '../interrupt.ts'

/**
 * Asks for a line; empty is an answer, too. Undefined for Ctrl-D and the end of the input.
 *
 * @throws Interrupt for Ctrl-C
 */
export function askLine(question: string): Promise<string | undefined> {
  const { stdin: input, stdout: output } = process
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output })
    const finish = (settle: () => void) => {
      lines.removeAllListeners('close')
      lines.close()
      settle()
    }
    lines.once('SIGINT', () => finish(() => reject(new Interrupt())))
    lines.once('close', () => finish(() => resolve(undefined)))
    lines.question(question, (answer) => finish(() => resolve(answer.trim())))
  })
}
