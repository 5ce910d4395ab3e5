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
  survive(stdin)
  stdin.on('data', hear).on('end', onEnd).on('close', onEnd).resume()
  return () => {
    stdin.off('data', hear).off('end', onEnd).off('close', onEnd).pause()
    if (!stdin.isTTY) return
    process.off('SIGCONT', again)
    stdin.setRawMode(false)
  }
}

/** A terminal that is hung up ends with EIO, while somebody listens or when nobody does; neither is a crash. */
export function survive(stdin: NodeJS.ReadStream): void {
  if (!stdin.listeners('error').includes(hungUp)) stdin.on('error', hungUp)
}

function hungUp(): void {}
