import type Token from 'markdown-it/lib/token.mjs'
import type { Container } from './containers.ts'
import { LessonError, type Step, type Task } from './lesson.ts'
import { metaOf } from './plugin.ts'

type Wrong = (line: number, problem: string, expected: string) => LessonError

/**
 * Makes a task of its tokens: text, hints (an ordered list whose items begin with `hint:`), and hidden solves.
 *
 * @param tokens from `literate_open` to `literate_close`
 * @param lines the whole file's lines; tokens' maps index them
 * @param inherited the solves of the original, when this is a translation
 */
export function readTask(
  container: Container & { kind: 'check' | 'task' },
  tokens: Token[],
  lines: string[],
  file: string,
  inherited?: Step[],
): Task {
  const wrong: Wrong = (line, problem, expected) => new LessonError(file, line, problem, expected)
  const [start, end] = tokens[0]!.map!
  const gone = new Set<number>()
  const drop = ([from, to]: [number, number]) => {
    for (let line = from; line < to; line++) gone.add(line)
  }

  const hints: string[] = []
  const solve: Step[] = []
  for (const [index, token] of tokens.entries()) {
    const { step } = metaOf(token)
    if (step) {
      solve.push(step)
      drop(token.map!)
    } else if (token.level === 1 && /^(ordered|bullet)_list_open$/.test(token.type)) {
      const items = readHints(token.type, tokens.slice(index), lines, wrong)
      if (!items.length) continue
      if (hints.length)
        throw wrong(token.map![0] + 1, 'a second list of hints', 'one list, from question to nearly there')
      hints.push(...items)
      drop(token.map!)
    }
  }
  if (!hints.length) {
    throw wrong(start + 1, `task "${container.id}" has no hints`, 'an ordered list: "1. hint: a question"')
  }
  if (!inherited) requireSolve(container.id, solve, start + 1, wrong)
  const text = lines.slice(start + 1, end - 1).filter((_, index) => !gone.has(start + 1 + index))
  const markdown = text
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  if (!markdown) throw wrong(start + 1, `task "${container.id}" says nothing`, 'what the learner is to do')
  const { id, when, needs } = container
  return { kind: 'task', id, when, needs, markdown, hints, solve: inherited ?? solve, line: start + 1 }
}

/** The hints of a list; none when it is a list of something else. */
function readHints(type: string, tokens: Token[], lines: string[], wrong: Wrong): string[] {
  const list = tokens[0]!
  const stop = tokens.findIndex(
    (token) => token.type === type.replace('open', 'close') && token.level === list.level,
  )
  const items = tokens.slice(0, stop).filter((t) => t.type === 'list_item_open' && t.level === list.level + 1)
  const texts = items.map((item) => {
    const [from, to] = item.map!
    const [first = '', ...rest] = lines.slice(from, to)
    const mark = /^\s*(?:\d+[.)]|[-+*])\s+/.exec(first)?.[0].length ?? 0
    return [
      first.slice(mark),
      ...rest.map((line) => line.slice(Math.min(mark, /^\s*/.exec(line)![0].length))),
    ]
      .join('\n')
      .trim()
  })
  if (!texts.some((text) => text.startsWith('hint:'))) return []
  const line = (index: number) => items[index]!.map![0] + 1
  if (type === 'bullet_list_open')
    throw wrong(line(0), 'hints without an order', 'an ordered list: "1. hint: …"')
  return texts.map((text, index) => {
    const hint = /^hint:\s*(\S[\s\S]*)$/.exec(text)?.[1]
    if (!hint) throw wrong(line(index), `a hint that is ${JSON.stringify(text)}`, '"hint: " and a text')
    return hint
  })
}

function requireSolve(id: string, solve: Step[], line: number, wrong: Wrong): void {
  if (!solve.length) {
    throw wrong(
      line,
      `task "${id}" has no solve`,
      'a console fence with role=solve that proves it can be done',
    )
  }
  if (solve.some((step) => !step.when)) return
  for (const version of ['cgroup-v1', 'cgroup-v2'] as const) {
    if (solve.some((step) => step.when === version)) continue
    throw wrong(
      line,
      `task "${id}" has no solve for ${version}`,
      `a solve with when=${version}, or one without when=`,
    )
  }
}
