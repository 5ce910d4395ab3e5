import type { Terminal } from '../workbench/index.ts'
import type { Piece } from '../workbench/transcript.ts'
import { takeKeys } from './keyboard.ts'
import { entitle } from './title.ts'

export interface AttachOptions {
  /** A key that leaves the terminal without ending it: Ctrl-] is `\x1d`. */
  leave?: string
  /** The terminal's name: it stands in the title of the learner's window. */
  name?: string
  /** Hears what is printed, as the learner does. */
  onOutput?(pieces: Piece[]): void
}

/**
 * Joins the learner's own terminal with one of the workbench: keys go in as they are, what is printed comes out, and
 * the size follows the window. Resolves when its shell ended (`ended`) or the learner left it (`left`); afterwards
 * the learner's terminal is as before.
 */
export function attach(
  terminal: Terminal,
  { leave, name, onOutput }: AttachOptions,
): Promise<'ended' | 'left'> {
  const { stdin, stdout } = process
  return new Promise((resolve) => {
    if (terminal.ended) return resolve('ended')
    const untitle = name === undefined ? () => {} : entitle(`terminal ${name}`)
    let dry = false
    let unfinished = false
    const resize = () => terminal.resize(stdout.rows || 24, stdout.columns || 80)
    const stopListening = terminal.listen((pieces) => {
      for (const piece of pieces) {
        if ('text' in piece) stdout.write(piece.text)
        // A Ctrl-D that a program has swallowed is pressed again for the shell.
        else if (dry && piece.mark.is === 'ready') terminal.write('\x04')
      }
      onOutput?.(pieces)
      if (terminal.ended) finish('ended')
    })
    const stopTaking = takeKeys({
      onKeys: (keys) => {
        const at = leave ? keys.indexOf(leave) : -1
        terminal.write(at < 0 ? keys : keys.slice(0, at))
        unfinished = !/[\r\n]$/.test(keys)
        if (at >= 0) finish('left')
      },
      // Without a terminal the typing is a file or a pipe: its end is a Ctrl-D, after an Enter that may be missing.
      onEnd: () => {
        // A terminal that is gone: not every shell that had it says so with a SIGHUP.
        if (stdin.isTTY) return void process.kill(process.pid, 'SIGHUP')
        dry = true
        terminal.write(unfinished ? '\r\x04' : '\x04')
      },
    })
    const finish = (how: 'ended' | 'left') => {
      stopListening()
      stopTaking()
      untitle()
      stdout.off('resize', resize)
      resolve(how)
    }
    if (stdin.isTTY && stdout.isTTY) {
      resize()
      stdout.on('resize', resize)
    }
    // The prompt was printed before we came.
    stdout.write(terminal.line)
  })
}
