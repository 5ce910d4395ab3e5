import type { OutputBlock } from '../../literate/index.ts'
import type { Terminal } from '../../workbench/index.ts'
import { type Piece, plainText } from '../../workbench/transcript.ts'
import { attach } from '../attach.ts'
import { show } from './show.ts'

/** Ctrl-]: what leaves a terminal without ending it, as in telnet and virsh. */
const leave = '\x1d'

/**
 * Gives the learner's keyboard to a terminal of the workbench until they press Ctrl-], and tells what they ran there:
 * for each command what they typed, what it printed and how it ended.
 */
export async function typeByHand(terminal: Terminal, name: string): Promise<OutputBlock[]> {
  show.say(`You are in terminal ${name} now. Ctrl-] comes back here.`)
  const heard: Piece[] = []
  const how = await attach(terminal, { leave, onOutput: (pieces) => heard.push(...pieces) })
  show.line(
    how === 'ended' ? '\nThat shell has ended; the next command opens a new one.' : '\n\nBack in the tour.',
  )
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
    }
  }
  // A command that put another shell in its place never had a prompt of its own again.
  return blocks
}

/** An echoed line without the prompt in front of it. */
function typed(echo: string): string {
  return plainText(echo).trim().replace(/^\$ /, '')
}
