import type { OutputBlock } from '../../literate/index.ts'
import type { Terminal } from '../../workbench/index.ts'
import { type Piece, plainText } from '../../workbench/transcript.ts'
import { attach } from '../attach.ts'
import { editedLine } from './echo.ts'
import { say } from './show.ts'

/** Ctrl-]: what leaves a terminal without ending it, as in telnet and virsh. Ctrl-5 sends the same. */
const leave = '\x1d'

/** What steps are made for, whatever the window has. */
const lessonSize = [24, 80] as const

/**
 * Gives the learner's keyboard to a terminal of the workbench until they press Ctrl-], and tells what they ran there:
 * for each command what they typed, what it printed and how it ended.
 */
export async function typeByHand(terminal: Terminal, name: string): Promise<OutputBlock[]> {
  say(`You are in terminal ${name} now. Ctrl-] (or Ctrl-5) comes back here.`)
  process.stdout.write('\n')
  const heard: Piece[] = []
  const how = await attach(terminal, { leave, name, onOutput: (pieces) => heard.push(...pieces) })
  if (how === 'left') terminal.resize(...lessonSize)
  // The line that the prompt stands on is not ours.
  process.stdout.write('\n')
  say(how === 'ended' ? 'That shell has ended; the next command opens a new one.' : 'Back in the tour.')
  return blocksIn(heard)
}

/** The commands in what a terminal printed: marks say where each begins and ends. */
export function blocksIn(pieces: Piece[]): OutputBlock[] {
  const blocks: OutputBlock[] = []
  let echo = ''
  let output: string | undefined
  for (const piece of pieces) {
    if ('text' in piece) {
      if (output === undefined) echo += piece.text
      else output += piece.text
    } else if (piece.mark.is === 'run') {
      output = ''
    } else if (piece.mark.is === 'ready') {
      const { status } = piece.mark
      if (output !== undefined) blocks.push({ output: plainText(output), status, command: typed(echo) })
      echo = ''
      output = undefined
    } else {
      // The prompt for the rest of a command: `> ` in front of each further line is not typed.
      echo += '\0'
    }
  }
  // A command that put another shell in its place never had a prompt of its own again.
  return blocks
}

/** Echoed lines without the prompts in front of them. */
function typed(echo: string): string {
  return echo
    .split('\0')
    .map((line) => editedLine(line.replace(/^(\$|>) /, '')).trim())
    .join('\n')
}
