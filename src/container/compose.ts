import type { Namespace } from '../kernel/index.ts'
import type { Box, Join } from './box.ts'
import type { Call, Piece } from './piece.ts'
import { stageOrder, stages } from './stages.ts'

/** A call and the piece that wants it; calls that belong to no piece (clone itself) have none. */
export type PlannedCall = Call & { piece?: Piece }

/** A container ready to be explained, printed, or launched. */
export interface Plan {
  box: Box
  pieces: readonly Piece[]
  /** Namespaces made with the clone. */
  clone: Namespace[]
  /** In stage order. Worked out when somebody looks: a launch does so while the kernel makes the namespaces. */
  readonly calls: PlannedCall[]
  /** Where it is made: in namespaces that are there, or in those another plan makes first. Absent: on the machine. */
  within?: { join: Join } | { plan: Plan }
}

/** Puts the calls of some pieces in order: a stable sort by stage. */
export function compose(box: Box, pieces: readonly Piece[], within?: Plan['within']): Plan {
  let calls: PlannedCall[] | undefined
  return {
    box,
    pieces,
    clone: pieces.flatMap(({ namespace, late }) =>
      namespace && !late && box.namespaces.includes(namespace) ? [namespace] : [],
    ),
    get calls() {
      calls ??= inOrder(box, pieces)
      return calls
    },
    within: within ?? (box.join && { join: box.join }),
  }
}

function inOrder(box: Box, pieces: readonly Piece[]): PlannedCall[] {
  // The calls were made for us, so they are told whose they are: copies of them would take five times as long.
  const wanted = pieces.flatMap((piece) => piece.calls(box).map((call) => Object.assign(call, { piece })))
  return wanted.sort((a, b) => stageOrder.indexOf(a.at) - stageOrder.indexOf(b.at))
}

/** Whether a plan has nothing to do on the machine but what the kernel lets the maker of a child do at once. */
export function staysInside({ box, pieces, within }: Plan): boolean {
  return !within && !pieces.some((piece) => piece.outside?.(box))
}

/** The calls that one side makes. */
export function callsOf(plan: Plan, side: 'machine' | 'child'): PlannedCall[] {
  return plan.calls.filter((call) => stages[call.at].side === side)
}
