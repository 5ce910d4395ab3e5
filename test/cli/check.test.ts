import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { cooper } from '../support/cooper.ts'
import { project } from '../support/project.ts'

const status = v.picklist(['passed', 'failed', 'skipped'])
const reason = v.optional(v.string())
const item = v.strictObject({ id: v.string(), status, reason })
const check = v.strictObject({
  id: v.string(),
  claims: v.array(v.string()),
  status,
  expected: v.optional(v.string()),
  saw: v.optional(v.string()),
  why: v.optional(v.string()),
  reason,
  // Only where a look took longer than it may.
  ms: v.optional(v.number()),
})
const lesson = v.strictObject({
  id: v.string(),
  status,
  reason,
  ms: v.number(),
  steps: v.array(item),
  checks: v.array(check),
  tasks: v.array(item),
  unproved: v.optional(v.array(v.string())),
})
const report = v.strictObject({
  passed: v.number(),
  failed: v.number(),
  skipped: v.number(),
  lessons: v.array(lesson),
})

const demo = (from = '', to = '') => project(['00-demo'], (text) => text.replace(from, () => to))

async function asJson(root: string) {
  const told = await cooper(['check', '--all', '--json'], { root })
  expect(told.stderr).toBe('')
  return { status: told.status, data: v.parse(report, JSON.parse(told.stdout)) }
}

describe('cooper check', () => {
  test('a line for each lesson, and a sum', async () => {
    const told = await cooper(['check', 'demo'], { root: demo() })
    expect(told).toMatchObject({ status: 0, stderr: '' })
    expect(told.stdout).toMatch(
      /^✓ demo +passed +3 steps, 2 checks, 1 task, \d+ ms\n6 passed, 0 failed, 0 skipped\n$/,
    )
  })

  test('a lesson may be named by its number and its folder', async () => {
    const root = demo()
    for (const name of ['00', '0', '00-demo'])
      expect(await cooper(['check', name], { root })).toMatchObject({ status: 0 })
  })

  test('--json has the shape that programs rely on', async () => {
    const { status, data } = await asJson(demo())
    expect(status).toBe(0)
    const [only] = data.lessons
    expect(data).toMatchObject({ passed: 6, failed: 0, skipped: 0 })
    expect(only!.steps).toEqual(['number', 'rename', 'after'].map((id) => ({ id, status: 'passed' })))
    expect(only!.checks[0]).toMatchObject({ id: 'numbered', claims: ['D1'], expected: 'bash', saw: 'bash' })
    expect(only!.tasks).toEqual([{ id: 'sleeper', status: 'passed' }])
    expect(only).not.toHaveProperty('unproved')
  })

  test('a changed expected output: exit 1, both outputs marked, file and line', async () => {
    const root = demo('$ uname -n\ndemo\n```\n\n::: check', '$ uname -n\ndomo\n```\n\n::: check')
    const file = join(root, 'lessons/00-demo/lesson.md')
    const line = readFileSync(file, 'utf8').split('\n').indexOf('domo') + 1
    const told = await cooper(['check', 'demo'], { root, cwd: root })
    expect(told.status).toBe(1)
    expect(told.stdout).toMatch(/^✗ demo +failed +3 steps/)
    expect(told.stdout).toContain('✗ failed step rename: `uname -n` printed something else')
    expect(told.stdout).toContain(`    ${relative(root, file)}:${line}\n`)
    expect(told.stdout).toMatch(/expected\n +> domo\n +actual\n +> demo\n/)
    expect(told.stdout).toContain('skipped step after, check renamed, task sleeper: step rename failed')
    expect(told.stdout).toMatch(/\n2 passed, 1 failed, 3 skipped\n$/)

    const { status, data } = await asJson(root)
    expect(status).toBe(1)
    expect(data).toMatchObject({ passed: 2, failed: 1, skipped: 3 })
    expect(data.lessons[0]!.unproved).toEqual(['D2'])
  })

  test('a step that fails says what has ended since the one before it', async () => {
    const root = project(['00-demo'], (text) =>
      text
        .replace('$ echo again', '$ sleep 0.9 &\n...\n$ echo again')
        .replace('$ uname -n\ndemo\n```\n\n::: check', '$ uname -n\ndomo\n```\n\n::: check'),
    )
    // The check is asked until it says yes: when that sleep has ended.
    const checks = join(root, 'dist/lessons/00-demo/checks.cjs')
    const text = readFileSync(checks, 'utf8')
    writeFileSync(checks, text.replace("ok: name === 'bash'", "ok: !runs(bench, 'sleep 0.9')"))
    const told = await cooper(['check', 'demo'], { root })
    expect(told.stdout).toMatch(
      /failed step rename: .*\n {4}ended since the step before: \d+ \(sleep 0\.9\)\n {4}.*lesson\.md:\d+\n/,
    )
  })

  test('a changed status, too', async () => {
    const root = demo('$ hostname demo\n', '$ hostname demo\n? 3\n')
    const told = await cooper(['check', 'demo'], { root })
    expect(told.status).toBe(1)
    expect(told.stdout).toContain('ended with status 0, expected 3')
  })

  test('a task whose check accepts everything, and one whose solution does nothing', async () => {
    const open = demo('role=solve\n$ sleep 4711 &', 'role=solve\n$ sleep 4712 &')
    const wrong = await cooper(['check', 'demo'], { root: open })
    expect(wrong.status).toBe(1)
    expect(wrong.stdout).toContain('task sleeper: its check does not accept the solution: expected')

    const root = demo()
    const checks = join(root, 'dist/lessons/00-demo/checks.cjs')
    writeFileSync(checks, readFileSync(checks, 'utf8').replace('ok: sleeper !== undefined', 'ok: true'))
    const empty = await cooper(['check', 'demo'], { root })
    expect(empty.status).toBe(1)
    expect(empty.stdout).toContain('task sleeper: its check passes before anything is done')
  })

  test('--record writes what was seen, and another run writes the same', async () => {
    const root = demo()
    const file = () =>
      JSON.parse(readFileSync(join(root, 'lessons/00-demo/recorded/hybrid.json'), 'utf8')) as {
        steps: Record<string, { commands: { output: string[] }[] }>
      }
    const record = () => cooper(['check', 'demo', '--record'], { root, cwd: root })
    expect(await record()).toMatchObject({ status: 0 })
    const { steps } = file()
    expect(Object.keys(steps)).toHaveLength(4)
    expect(steps.rename!.commands.at(-1)!.output).toEqual(['demo'])
  })

  test('what cannot run here is skipped with its reason, and nothing is made for it', async () => {
    const root = demo('requires: [user-namespaces]', 'requires: [no-such-thing]')
    const told = await cooper(['check', 'demo'], { root })
    expect(told.status).toBe(0)
    expect(told.stdout).toMatch(
      /^– demo +skipped .*\n {4}needs no-such-thing: .*\n0 passed, 0 failed, 6 skipped\n$/,
    )
    const learned = await cooper(['learn', 'demo'], { root })
    expect(learned).toMatchObject({ status: 1, stdout: '' })
    expect(learned.stderr).toMatch(
      /^cooper: lesson demo cannot run here: needs no-such-thing: .*\nSee: .* doctor\n$/,
    )
  })
})
