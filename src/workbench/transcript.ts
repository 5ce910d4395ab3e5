/** What a terminal's prompts tell: see `prompts` in tree.ts. */
export type Mark =
  | { is: 'ready'; status: number }
  /** The shell wants the rest of a command. */
  | { is: 'more' }
  /** A command was read and runs: what came before was the echo of its typing. */
  | { is: 'run' }

export type Piece = { text: string } | { mark: Mark }

const markPattern = /\x1b\]777;cooper=([^\x07]*)\x07/
// The beginning of a mark that has not arrived whole.
const partial = /\x1b(\](7(7(7(;[^\x07]*)?)?)?)?)?$/

/** Splits what a terminal prints into text and marks, however it is cut into chunks. */
export class MarkReader {
  #rest = ''

  read(chunk: string): Piece[] {
    const pieces: Piece[] = []
    let text = this.#rest + chunk
    for (let found = markPattern.exec(text); found; found = markPattern.exec(text)) {
      if (found.index > 0) pieces.push({ text: text.slice(0, found.index) })
      const mark = markOf(found[1]!)
      if (mark) pieces.push({ mark })
      text = text.slice(found.index + found[0].length)
    }
    const cut = partial.exec(text)?.index ?? text.length
    this.#rest = text.slice(cut)
    if (cut > 0) pieces.push({ text: text.slice(0, cut) })
    return pieces
  }
}

function markOf(what: string): Mark | undefined {
  if (what === 'more' || what === 'run') return { is: what }
  return /^\d+$/.test(what) ? { is: 'ready', status: Number(what) } : undefined
}

/**
 * What a person reads of it: no escape sequences, carriage returns and backspaces done. Of what shells say about
 * themselves the lines that come at their own time (a job that ended) are left out, for no lesson can expect them.
 */
export function plainText(raw: string): string {
  return raw
    .replace(/\x1b\[[0-?]*[ -/]*[@-~]/g, '') // CSI … final byte
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, '') // OSC … BEL or ST
    .replace(/\x1b[()][\w]|\x1b[=>78MDEHc]/g, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map(overwritten)
    .filter(
      (line) => !/^\[\d+\][+-]?\s+(Done|Exit \d+|Terminated|Killed|Stopped|Running|Hangup)\b/.test(line),
    )
    .join('\n')
}

/** A line as it stands after its carriage returns and backspaces. */
function overwritten(line: string): string {
  if (!/[\r\b\x00\x07]/.test(line)) return line
  const cells: string[] = []
  let at = 0
  for (const char of line) {
    if (char === '\r') at = 0
    else if (char === '\b') at = Math.max(0, at - 1)
    else if (char !== '\x00' && char !== '\x07') cells[at++] = char
  }
  return cells.join('')
}
