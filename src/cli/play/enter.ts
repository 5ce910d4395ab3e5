import { pieces } from '../../container/index.ts'
import { type Process, processes } from '../../facts/index.ts'
import { Terminal, type Workbench } from '../../workbench/index.ts'
import { insideNumber } from '../../workbench/place.ts'
import type { PlayWish } from './wish.ts'

/** A container with a shell in it, on a terminal of the workbench. */
export interface Entered {
  terminal: Terminal
  /** The shell, as the workbench sees it. */
  shell: Process
}

/**
 * Makes the container as anybody would, who sits at the workbench: with `cooper run`. What that said instead when there
 * is none comes back as `refused`.
 */
export async function enter(workbench: Workbench, wish: PlayWish): Promise<Entered | { refused: string }> {
  const terminal = await Terminal.open(workbench.place(), { env: { TERM: process.env.TERM ?? 'dumb' } })
  const { output } = await terminal.type(lineOf(wish))
  const run = insideNumber(terminal.pid)
  const shell = processes(workbench.bench.view).find(({ ppid }) => run !== undefined && ppid === run)
  if (shell && !terminal.ended) return { terminal, shell }
  terminal.close()
  return { refused: output.trim() || 'The container ended before anything could be seen of it.' }
}

/**
 * The prompt of the shell is the workbench's, whose mark tells that it is ready, with the host name behind it. Run in
 * place of the terminal's own shell: with the container, the terminal ends.
 */
function lineOf({ pieces: on, network }: PlayWish): string {
  const only = on.length > 0 ? `--only ${on.join()}` : `--without ${pieces.map(({ name }) => name).join()}`
  const more = [
    ...(on.includes('uts') ? ['--hostname box'] : []),
    ...(on.includes('net') ? [`--network ${network}`] : []),
  ]
  const prompt = `PS1="\${PS1%\\$ }\\u@\\h:\\w\\\\$ "`
  return `${prompt} exec cooper run -it ${[only, ...more].join(' ')} -e PS0 -e PS1 -e PS2 -- bash --norc`
}
