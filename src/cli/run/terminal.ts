import { ReadStream } from 'node:tty'
import { native } from '../../kernel/index.ts'
import { takeKeys } from '../keyboard.ts'

/** How long what a program printed last may take to arrive after its end, in milliseconds. */
const lastWords = 500

/**
 * Joins the learner's terminal with that of a container: what is printed comes out, the size follows the window, and
 * with `input` the keys go in. The returned function waits for the last words and puts the learner's terminal back.
 *
 * When nobody reads any more what is printed (`| head -1`, a full disk), the container's terminal is hung up, as by a
 * window that closes: SIGHUP for who leads its session, EIO for who writes (pty(7)). The status is what the program
 * makes of it.
 *
 * @param master the pty's master; closed at the end
 */
export function joinTerminal(master: number, { input }: { input: boolean }): () => Promise<void> {
  const { stdout } = process
  const stream = new ReadStream(master)
  const closed = new Promise<void>((resolve) => stream.on('close', resolve))
  stream.on('data', (printed: Buffer) => stdout.write(printed))
  // The kernel ends a pty with EIO when its last slave is closed (pty(7)).
  stream.on('error', () => stream.destroy())
  const resize = () => {
    if (!stream.destroyed && stdout.isTTY) native().resize(master, stdout.rows || 24, stdout.columns || 80)
  }
  stdout.on('resize', resize)
  const stopTaking = input
    ? takeKeys({
        onKeys: (keys) => stream.destroyed || stream.write(keys),
        // A file or a pipe as input: its end is a Ctrl-D.
        onEnd: () => stream.destroyed || stream.write('\x04'),
      })
    : () => {}
  // Every write that was under way fails for itself, the last ones after we are done.
  let lost = false
  stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (!lost && code !== 'EPIPE' && code !== 'EIO') console.error(`cooper: the output is lost: ${message}`)
    lost = true
    stream.destroy()
    // From now on Ctrl-C is for us again.
    stopTaking()
  })
  return async () => {
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, lastWords).unref())])
    stopTaking()
    stdout.off('resize', resize)
    stream.destroy()
  }
}
