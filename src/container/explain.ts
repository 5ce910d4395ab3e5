import { namespaceNames, verbOf } from '../kernel/index.ts'
import type { Plan, PlannedCall } from './compose.ts'
import { call } from './piece.ts'
import { type Stage, stageOrder, stages } from './stages.ts'

/** One line of an explanation, as data. */
export interface ExplainedCall {
  stage: Stage
  side: 'machine' | 'child'
  piece?: string
  lesson?: string
  call: string
  shell: string
  why: string
}

export interface Explained {
  argv: string[]
  env: Record<string, string>
  /** Our init is process 1, and the program its child. */
  init: boolean
  /** Why there is each stage, in order. */
  stages: { stage: Stage; side: 'machine' | 'child'; why: string }[]
  pieces: { name: string; lesson: string; summary: string; namespace?: string }[]
  clone: string
  calls: ExplainedCall[]
}

export function explainCall(call: PlannedCall): ExplainedCall {
  const verb = verbOf(call)
  return {
    stage: call.at,
    side: stages[call.at].side,
    piece: call.piece?.name,
    lesson: call.piece?.lesson,
    call: verb.say(call.args),
    shell: verb.shell(call.args),
    why: call.why,
  }
}

/** The plan as data: what `run --explain --json` prints, and what pictures are drawn from. */
export function explain(plan: Plan): Explained {
  const { calls } = plan
  const born = call('born', 'clone', { namespaces: plan.clone, beside: 0 }, stages.born.why)
  return {
    argv: plan.box.argv,
    env: plan.box.env,
    init: plan.box.init ?? false,
    stages: stageOrder.map((stage) => ({ stage, ...stages[stage] })),
    pieces: plan.pieces.map(({ name, lesson, summary, namespace }) => ({ name, lesson, summary, namespace })),
    clone: namespaceNames(plan.clone),
    calls: [
      ...calls.filter(({ at }) => at === 'claim'),
      born,
      ...calls.filter(({ at }) => at !== 'claim'),
    ].map(explainCall),
  }
}

/** The plan as a short text: each piece, then each call in the order it will be made, with its reason. */
export function explainText(plan: Plan): string {
  const { argv, init, pieces, calls } = explain(plan)
  const lines = [`To run ${argv.join(' ')}:`, '']
  if (pieces.length === 0) lines.push('  no piece at all: an ordinary process')
  for (const { name, summary, lesson } of pieces)
    lines.push(`  ${name.padEnd(5)} ${summary} (cooper learn ${lesson})`)
  for (const stage of stageOrder) {
    const here = calls.filter((call) => call.stage === stage)
    if (here.length === 0) continue
    const side = stages[stage].side === 'machine' ? 'on the machine' : 'in the child'
    lines.push('', `${stage}, ${side}: ${stages[stage].why}`)
    for (const { call, why, piece } of here)
      lines.push(`  ${call}`, ...(piece ? [`      ${piece}: ${why}`] : []))
  }
  if (init) lines.push('', 'then cooper-init as process 1, which reaps and passes signals on')
  const words = argv.map((word) => JSON.stringify(word)).join(', ')
  lines.push('', `then execve(${JSON.stringify(argv[0])}, [${words}])`)
  return lines.join('\n')
}
