import { marks, spell } from './marks.ts'
import { type Mark, painter } from './paint.ts'
import { headline, rows, type Sheet } from './rows.ts'
import { cut, pad, width } from './width.ts'
import { wrapText } from './wrap.ts'

/** A check after it was asked. */
export interface CheckResult {
  id: string
  /** The claims it proves: `{ id: 'P1', text: 'Each PID namespace has its own process 1.' }`. */
  claims: { id: string; text: string }[]
  status: 'passed' | 'failed' | 'skipped'
  expected?: string
  saw?: string
  why?: string
  /** Why it was skipped, or how the check itself broke. */
  reason?: string
  /** It is a task's: the learner has done something. */
  task?: boolean
}

const verdicts = {
  passed: { word: 'proved', mark: 'good' },
  failed: { word: 'not yet', mark: 'bad' },
  skipped: { word: 'skipped', mark: 'notice' },
} as const satisfies Record<CheckResult['status'], { word: string; mark: Mark }>

/**
 * A check with what it expected and saw, ticked or not.
 * ```
 * ✓ proved  P1  Each PID namespace has its own process 1.
 *   expected  1
 *   saw       1
 *   why       inside, the shell has this number
 * ```
 */
export function renderCheck(result: CheckResult, sheet: Sheet): string {
  const { word: verdict, mark } = verdicts[result.status]
  const word = result.task && result.status === 'passed' ? 'done' : verdict
  const sign = marks(sheet)[result.status]
  const [first, ...more] = result.claims
  const blank = ' '.repeat(width(sign))
  return [
    ...headline(sign, first ? `${word}  ${first.id}` : word, mark, first?.text ?? result.id, sheet),
    ...more.flatMap(({ id, text }) => headline(blank, pad('', word.length + 2) + id, mark, text, sheet)),
    ...rows(
      [
        { name: 'expected', text: result.expected },
        { name: 'saw', text: result.saw, marks: result.status === 'failed' ? ['bad'] : [] },
        { name: 'why', text: result.why },
        { name: 'reason', text: result.reason },
      ],
      sheet,
    ),
  ].join('\n')
}

/**
 * What a step changed in the kernel, one change a line; empty when it left nothing behind.
 *
 * @param changed sentences as `changes` of src/facts has them: they begin with `new` or `gone` where that fits
 */
export function renderChanges(changed: string[], sheet: Sheet): string {
  if (changed.length === 0) return ''
  const paint = painter(sheet)
  const lines = changed.flatMap((text) => {
    const [sign, mark] = /^new\b/.test(text)
      ? (['+', 'good'] as const)
      : /^gone\b/.test(text)
        ? (['-', 'bad'] as const)
        : (['~', 'notice'] as const)
    return rows([{ name: paint(sign, mark), text }], sheet)
  })
  return [paint('what it changed in the kernel', 'strong'), ...lines].join('\n')
}

/** A command of a step that did not do what the lesson says. */
export interface Mismatch {
  /** As it shall be shown: `lessons/01-pid/lesson.md`. */
  file: string
  line: number
  /** What is wrong, in one sentence. */
  reason: string
  /** Both outputs under `expected` and `actual`, indented by two; a line that differs begins with `>`. */
  diff: string[]
}

/** A mismatch: what is wrong, where the lesson says otherwise, and both outputs with what differs marked. */
export function renderMismatch({ file, line, reason, diff }: Mismatch, sheet: Sheet): string {
  const paint = painter(sheet)
  const lines = diff.flatMap((text) => {
    if (text === 'expected' || text === 'actual') return [`  ${paint(text, 'strong')}`]
    const marked = text.startsWith('>')
    // Every space of what a program printed counts, so it is cut, not wrapped.
    return cut(visible(spell(text.slice(2), sheet)), sheet.width - 6).map((part, index) => {
      const sign = marked && index === 0 ? marks(sheet).pointer : ' '
      return `    ${marked ? paint(`${sign} ${part}`, 'bad') : `  ${part}`}`.trimEnd()
    })
  })
  return [
    ...headline(marks(sheet).failed, 'differs', 'bad', reason, sheet),
    `  ${paint(`${file}:${line}`, 'link')}`,
    ...lines,
  ].join('\n')
}

/** A control character would act on the terminal instead of being seen. */
function visible(line: string): string {
  return line.replace(/[\x00-\x1f\x7f]/g, (sign) =>
    sign === '\t' ? '\\t' : `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/** A call as the kernel reported it. */
export interface Traced {
  stage: string
  /** As a person would write it: `sethostname("box")`. */
  call: string
  microseconds: number
  /** `EPERM`, when the kernel refused. */
  error?: string
}

const stageColumn = 9

/**
 * One call of a trace: its stage, the call, how long the kernel took.
 * `become   sethostname("box")                     12 µs`
 *
 * @param most lines it may take; what does not fit them is cut off, and `…` says so
 */
export function renderCall(
  { stage, call, microseconds, error }: Traced,
  sheet: Sheet,
  most = Number.POSITIVE_INFINITY,
): string {
  const paint = painter(sheet)
  const took = `${Math.round(microseconds)} ${marks(sheet).micro}`
  const columns = Math.min(sheet.width, 80)
  const room = columns - stageColumn - 12
  const whole = wrapText(spell(error ? `${call} = ${error}` : call, sheet), room, true)
  return upTo(most, whole, room, sheet)
    .map((line, index) => {
      const left = pad(index === 0 ? paint(stage, 'quiet') : '', stageColumn)
      const said = error ? paint(line, 'bad') : line
      const time = index === 0 ? paint(took.padStart(11), error ? 'bad' : 'good') : ''
      return `${left}${pad(said, room)} ${time}`.trimEnd()
    })
    .join('\n')
}

function upTo(most: number, lines: string[], columns: number, sheet: Sheet): string[] {
  if (lines.length <= most) return lines
  const more = spell(' …', sheet)
  const [last = ''] = wrapText(lines[most - 1]!, columns - more.length, true)
  return [...lines.slice(0, most - 1), `${last}${more}`]
}
