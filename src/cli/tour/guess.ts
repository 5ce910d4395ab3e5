import { createInterface } from 'node:readline'

/** Asks for a guess on one line; empty is allowed, and Ctrl-C or the end of the input is undefined. */
export function askGuess(): Promise<string | undefined> {
  const { stdin: input, stdout: output } = process
  return new Promise((resolve) => {
    const lines = createInterface({ input, output })
    const finish = (guess: string | undefined) => {
      lines.removeAllListeners('close')
      lines.close()
      resolve(guess)
    }
    lines.once('SIGINT', () => finish(undefined))
    lines.once('close', () => finish(undefined))
    lines.question('\nYour guess (Enter to leave it open): ', (answer) => finish(answer.trim()))
  })
}
