import { pieces } from '../../container/index.ts'
import { namespaces, type Process, sameNamespace, type View } from '../../facts/index.ts'
import { type Sight, sights } from './sights.ts'

/** One piece of a container that runs: whether it is on, and what came of it. */
export interface PlayRow {
  piece: string
  summary: string
  lesson: string
  on: boolean
  /** By the kernel: the namespace is another than the host's. Where a piece makes none, whether it is on. */
  isolated: boolean
  inside: Seen
  host: Seen
}

interface Seen extends Sight {
  /** As `/proc/PID/ns` names it: `pid:[4026532296]`. */
  namespace?: string
}

/** The host's process 1, in the view of a workbench. */
const init = 1

/**
 * A row for each piece there is, read from the kernel now.
 *
 * @param on the names of those that are switched on
 */
export function readRows(view: View, shell: Process, on: readonly string[]): Promise<PlayRow[]> {
  const theirs = namespaces(view, shell.pid)
  const ours = namespaces(view, init)
  return Promise.all(
    pieces.map(async ({ name, summary, lesson, namespace }) => {
      const see = async (eyes: number, all: typeof theirs): Promise<Seen> => {
        const sight = await sights[name]?.({ view, eyes, shell })
        const ref = namespace && all[namespace]
        return { says: '', facts: {}, ...sight, ...(ref && { namespace: `${ref.kind}:[${ref.inode}]` }) }
      }
      return {
        piece: name,
        summary,
        lesson,
        on: on.includes(name),
        isolated: namespace ? !sameNamespace(theirs[namespace], ours[namespace]) : on.includes(name),
        inside: await see(shell.pid, theirs),
        host: await see(init, ours),
      }
    }),
  )
}
