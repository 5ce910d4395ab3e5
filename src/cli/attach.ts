import type { Terminal } from '../workbench/index.ts'
import type { Piece } from '../workbench/transcript.ts'

export interface AttachOptions {
  /** A key that leaves the terminal without ending it: Ctrl-] is `\x1d`. */
  leave?: string
  /** Hears what is printed, as the learner does. */
  onOutput?(pieces: Piece[]): void
}

/**
 * Joins the learner's own terminal with one of the workbench: keys go in as they are, what is printed comes out, and
 * the size follows the window. Resolves when its shell ended (`ended`) or the learner left it (`left`); afterwards
 * the learner's terminal is as before.
 */
export function attach(terminal: Terminal, { leave, onOutput }: AttachOptions): Promise<'ended' | 'left'> {
  const { stdin, stdout } = process
  const raw = stdin.isTTY
  return new Promise((resolve) => {
    const resize = () => terminal.resize(stdout.rows || 24, stdout.columns || 80)
    const stop = terminal.listen((pieces) => {
      for (const piece of pieces) if ('text' in piece) stdout.write(piece.text)
      onOutput?.(pieces)
      if (terminal.ended) finish('ended')
    })
    const onKeys = (keys: Buffer) => {
      const text = keys.toString('utf8')
      const at = leave ? text.indexOf(leave) : -1
      terminal.write(at < 0 ? text : text.slice(0, at))
      if (at >= 0) finish('left')
    }
    // Without a terminal the typing is a file or a pipe: its end is a Ctrl-D.
    const onEnd = () => terminal.write('\x04')
    const finish = (how: 'ended' | 'left') => {
      stop()
      stdin.off('data', onKeys).off('end', onEnd)
      stdout.off('resize', resize)
      if (raw) stdin.setRawMode(false)
      stdin.pause()
      resolve(how)
    }
    if (terminal.ended) return finish('ended')
    if (raw) {
      stdin.setRawMode(true)
      resize()
      stdout.on('resize', resize)
    }
    stdin.on('data', onKeys).on('end', onEnd).resume()
    // The prompt was printed before we came.
    stdout.write(terminal.line)
  })
}
