import { namespaceNames, verbOf } from '../kernel/index.ts'
import type { Plan, PlannedCall } from './compose.ts'
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
  return {
    argv: plan.box.argv,
    pieces: plan.pieces.map(({ name, lesson, summary, namespace }) => ({ name, lesson, summary, namespace })),
    clone: namespaceNames(plan.clone),
    calls: plan.calls.map(explainCall),
  }
}

/** The plan as a short text: each piece, then each call in the order it will be made, with its reason. */
export function explainText(plan: Plan): string {
  const { argv, pieces, clone, calls } = explain(plan)
  const lines = [`To run ${argv.join(' ')}:`, '']
  if (pieces.length === 0) lines.push('  no piece at all: an ordinary process')
  for (const { name, summary, lesson } of pieces)
    lines.push(`  ${name.padEnd(5)} ${summary} (cooper learn ${lesson})`)
  for (const stage of stageOrder) {
    const here = calls.filter((call) => call.stage === stage)
    if (stage !== 'born' && here.length === 0) continue
    const side = stages[stage].side === 'machine' ? 'on the machine' : 'in the child'
    lines.push('', `${stage}, ${side}: ${stages[stage].why}`)
    if (stage === 'born') lines.push(`  clone(${clone})`)
    for (const { call, why, piece } of here) lines.push(`  ${call}`, `      ${piece}: ${why}`)
  }
  lines.push('', `then execve(${JSON.stringify(argv[0])})`)
  return lines.join('\n')
}
