/** Who hears the learner's keys; a key is what the terminal sends for it. */
export interface Hearer {
  onKeys(keys: string): void
  /** The input is at its end: the window was closed, or a pipe has run dry. */
  onEnd(): void
}

/**
 * Takes the keys of the learner's terminal as they are pressed, without echo, until the returned function is called:
 * then the terminal is as before. Only one can have them at a time. Ctrl-C is a key like others here.
 */
export function takeKeys({ onKeys, onEnd }: Hearer): () => void {
  const { stdin } = process
  const decoder = new TextDecoder()
  const hear = (keys: Buffer) => onKeys(decoder.decode(keys, { stream: true }))
  // Whoever stopped us (SIGSTOP) and let us go on has made the terminal its own meanwhile.
  const again = () => {
    stdin.setRawMode(false)
    stdin.setRawMode(true)
  }
  if (stdin.isTTY) {
    stdin.setRawMode(true)
    process.on('SIGCONT', again)
  }
  stdin.on('data', hear).on('end', onEnd).resume()
  return () => {
    stdin.off('data', hear).off('end', onEnd).pause()
    if (!stdin.isTTY) return
    process.off('SIGCONT', again)
    stdin.setRawMode(false)
  }
}
