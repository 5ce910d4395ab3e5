import { printable } from '../inspect/printable.ts'
import { painter } from '../look/paint.ts'
import type { Screen } from '../look/terminal.ts'
import { pad } from '../look/width.ts'
import { wrapText } from '../look/wrap.ts'
import type { Usage } from './sample.ts'

const heads = ['PID', 'NAME', 'CPU %', 'MEMORY / LIMIT', 'NET IN / OUT', 'DISK IN / OUT', 'PIDS']
const units = ['B', 'K', 'M', 'G', 'T', 'P']

/** A line for each process, below a head. What nobody counts is a dash. */
export function renderUsage(
  usages: Usage[],
  screen: Pick<Screen, 'colour' | 'unicode' | 'columns'>,
): string[] {
  const none = screen.unicode ? '–' : '-'
  const paint = painter(screen)
  const rows = usages.map(({ pid, name, cpu, memory, io, network, pids }) => [
    String(pid),
    printable(name),
    cpu?.toFixed(1) ?? none,
    memory ? `${bytes(memory.used)} / ${memory.limit === null ? none : bytes(memory.limit)}` : none,
    network ? `${bytes(network.received)} / ${bytes(network.sent)}` : none,
    io ? `${bytes(io.read)} / ${bytes(io.written)}` : none,
    pids ? `${pids.current} / ${pids.limit ?? none}` : none,
  ])
  const sizes = heads.map((head, nth) =>
    Math.max(...[head, ...rows.map((row) => row[nth]!)].map((text) => text.length)),
  )
  const line = (row: string[]) =>
    row
      .map((text, nth) => pad(text, sizes[nth]!, nth === 1 ? 'left' : 'right'))
      .join('  ')
      .trimEnd()
  const cut = (text: string) => text.slice(0, screen.columns)
  const named = (of: 'groups' | 'network') =>
    usages.filter(({ shared }) => shared[of]).map(({ pid, name }) => `${printable(name)} (${pid})`)
  const notes = [
    ...who(
      named('groups'),
      'no control group of its own: CPU, memory and disk are of everybody in that group',
    ),
    ...who(named('network'), 'no network of its own: the bytes are the machine’s'),
  ]
  const said = screen.unicode ? notes : notes.map((note) => note.replaceAll('’', "'"))
  return [
    paint(cut(line(heads)), 'strong'),
    ...rows.map((row) => cut(line(row))),
    ...said.flatMap((note) => wrapText(note, screen.columns)),
  ]
}

const who = (names: string[], lacks: string) =>
  names.length === 0 ? [] : [`${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} ${lacks}`]

/** `41.6M`: short, so that a line fits a terminal. */
function bytes(count: number): string {
  const power = count < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10))
  const amount = count / 1024 ** power
  return `${Number(amount.toFixed(amount < 100 ? 1 : 0))}${units[power]}`
}
