import type { Act, ArgsOf, Namespace, VerbName } from '../kernel/index.ts'
import type { Box } from './box.ts'
import type { Stage } from './stages.ts'

/** A call with its place in the order and its reason. */
export type Call = Act & { at: Stage; why: string }

/** One kernel feature of a container: a pure function from the box to the calls it needs. */
export interface Piece {
  name: string
  /** The lesson that builds it: `pid`. */
  lesson: string
  /** What it does, in a few words. */
  summary: string
  /** The namespace it makes. */
  namespace?: Namespace
  /** Its namespace is made by a call of its own, later than the clone. */
  late?: true
  /**
   * Whether some of its calls need somebody outside: on the machine before the container is born, or while it waits.
   * Id maps do not, the kernel lets whoever makes the child write them.
   */
  outside?(box: Box): boolean
  calls(box: Box): Call[]
}

/** Writes a call down; the reason is what `--explain` says. */
export function call<V extends VerbName>(at: Stage, verb: V, args: ArgsOf<V>, why: string): Call {
  return { do: verb, args, at, why } as Call
}
