import { pieces } from '../../container/index.ts'
import { Interrupt } from '../interrupt.ts'
import { survive } from '../keyboard.ts'
import { rows } from '../look/rows.ts'
import { look } from '../look/terminal.ts'
import { isPlain } from '../plain.ts'
import { askLine } from '../tour/ask-line.ts'
import { say } from '../tour/show.ts'
import { inOrder, isNetwork, networks, type PlayWish } from './wish.ts'

/**
 * Lets the learner switch pieces on and off, beginning with those of the last round. Undefined: they want to leave.
 *
 * @throws Interrupt for Ctrl-C
 */
export function choose(last: PlayWish): Promise<PlayWish | undefined> {
  return isPlain() ? chooseByLine(last) : chooseByList(last)
}

async function chooseByList(last: PlayWish): Promise<PlayWish | undefined> {
  const { multiselect, select, updateSettings } = await import('@clack/prompts')
  // Everywhere else q quits.
  updateSettings({ aliases: { q: 'cancel' } })
  const on = await answerOf(
    multiselect({
      message: 'Which pieces? Space switches one on or off, Enter goes on, q quits.',
      options: pieces.map(({ name, summary }) => ({ value: name, label: name, hint: summary })),
      initialValues: last.pieces,
      required: false,
    }),
  )
  if (on === undefined) return undefined
  const chosen = inOrder(on)
  if (!chosen.includes('net')) return { ...last, pieces: chosen }
  const modes = Object.entries(networks).map(([value, hint]) => ({ value, label: value, hint }))
  const network = await answerOf(
    select({ message: 'Which network?', options: modes, initialValue: last.network as string }),
  )
  return network !== undefined && isNetwork(network) ? { pieces: chosen, network } : undefined
}

/** What was answered to a prompt; undefined when it was left with q or Escape. */
async function answerOf<T>(prompt: Promise<T>): Promise<Exclude<T, symbol> | undefined> {
  const { stdin, stdout } = process
  // The prompt tells nobody with which key it was left.
  let pressed: string | undefined
  const hear = (_: string, key?: { sequence?: string }) => {
    pressed = key?.sequence
  }
  // It hides the cursor; whoever ends us in the middle of it should not have to bring it back.
  const showCursor = () => void stdout.write('\x1b[?25h')
  survive(stdin)
  stdin.on('keypress', hear)
  process.once('exit', showCursor)
  try {
    const answer = await prompt
    if (typeof answer !== 'symbol') return answer as Exclude<T, symbol>
    if (pressed === '\x03') throw new Interrupt()
    return undefined
  } finally {
    stdin.off('keypress', hear)
    process.off('exit', showCursor)
  }
}

async function chooseByLine(last: PlayWish): Promise<PlayWish | undefined> {
  let wish = last
  for (;;) {
    process.stdout.write(`\n${linesOf(wish).join('\n')}\n`)
    say('Type numbers or names to switch, Enter to make the container, q to quit.')
    const answer = await askLine('Which? ')
    if (answer === undefined || /^q(uit)?$/i.test(answer)) return undefined
    const words = answer
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean)
    if (words.length === 0) return wish
    const wrong = words.find((word) => pieceOf(word) === undefined && !isNetwork(word))
    if (wrong === undefined) wish = words.reduce(switched, wish)
    else say(`'${wrong}' is none of them.`)
  }
}

function linesOf({ pieces: on, network }: PlayWish): string[] {
  const lines = pieces.map(({ name, summary }, index) => ({
    name: `${index + 1}  ${on.includes(name) ? 'on ' : 'off'}  ${name}`,
    text: summary,
  }))
  const cable = { name: '   network', text: `${network}, of ${Object.keys(networks).join(', ')}` }
  return rows(on.includes('net') ? [...lines, cable] : lines, look(process.stdout, process.env), 0)
}

/** A piece by its number in the list or by its name. */
function pieceOf(word: string): string | undefined {
  return pieces.find(({ name }, index) => name === word || String(index + 1) === word)?.name
}

function switched(wish: PlayWish, word: string): PlayWish {
  if (isNetwork(word)) return { ...wish, network: word }
  const piece = pieceOf(word)!
  const on = wish.pieces.includes(piece)
  return {
    ...wish,
    pieces: inOrder(on ? wish.pieces.filter((name) => name !== piece) : [...wish.pieces, piece]),
  }
}
