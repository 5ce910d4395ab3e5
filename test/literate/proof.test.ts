import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Check } from '../../src/facts/check.ts'
import { report, runCheck, runLesson, type Stage, unreadable } from '../../src/literate/index.ts'
import { lessonOf } from './lesson.ts'
import { holds, open } from './shell.ts'

describe('a check', () => {
  const bench = {} as Stage['bench']
  const look = { expected: 'e', saw: 's', why: 'w' }

  it('is asked again until the kernel is there', async () => {
    const { stage, dir } = open()
    setTimeout(() => writeFileSync(join(dir, 'late'), 'yes'), 200)
    expect(await runCheck('late', holds('late', 'yes'), stage.bench, {})).toMatchObject({ status: 'passed' })
    expect(await runCheck('no', holds('no', 'yes'), stage.bench, {}, 100)).toMatchObject({
      status: 'failed',
      reason: 'expected yes, saw no file',
    })
  })

  it('that throws is broken, at once', async () => {
    const broken: Check = {
      claims: ['P1'],
      look() {
        throw new TypeError('no such field')
      },
    }
    const result = await runCheck('x', broken, bench, {})
    expect(result).toMatchObject({ status: 'failed', reason: 'broken check: no such field', claims: ['P1'] })
    expect(result.ms).toBeLessThan(100)
  })

  it.each<[string, unknown, RegExp]>([
    ['answers something else', { ok: 'yes' }, /broken check: look\(\) answered/],
    ['answers nothing', undefined, /broken check: look\(\) answered/],
    ['never answers', new Promise(() => {}), /broken check: no answer in/],
  ])('that %s is broken', async (_what, answer, reason) => {
    const check = { claims: [], look: () => answer } as unknown as Check
    expect((await runCheck('x', check, bench, {})).reason).toMatch(reason)
  })

  it('that is slow says so', async () => {
    const slow: Check = {
      claims: [],
      look: () => new Promise((resolve) => setTimeout(resolve, 30, { ok: true, ...look })),
    }
    const check = await runCheck('x', slow, bench, {})
    expect(check.ms).toBeGreaterThan(25)
    const lesson = { ...unreadable('l', new Error('e')), checks: [check] }
    expect(report([lesson]).lessons[0]?.checks[0]?.ms).toBeGreaterThan(25)
  })
})

describe('a task', () => {
  const task = (solve: string) => [
    '```console step=go',
    '$ cd "$DEMO"',
    '```',
    '::: task t',
    'Do.',
    '',
    '1. hint: how?',
    '',
    '```console role=solve',
    `$ ${solve}`,
    '```',
    ':::',
    '```console step=later',
    '$ true',
    '```',
  ]
  const run = async (solve: string, t: Check) => {
    const { stage } = open()
    const result = await runLesson(lessonOf(task(solve)), { t }, stage)
    return [result.tasks[0]?.status, result.tasks[0]?.reason ?? '', result.steps.at(-1)?.status]
  }

  it('is proved by a check that refuses before and accepts after', async () => {
    expect(await run('echo a > f', holds('f', 'a'))).toEqual(['passed', '', 'passed'])
  })

  it('refuses a wrong solution', async () => {
    const [status, reason, later] = await run('echo b > f', holds('f', 'a'))
    expect([status, later]).toEqual(['failed', 'passed'])
    expect(reason).toBe('its check does not accept the solution: expected a, saw b')
  })

  it('refuses a check that accepts an unsolved task', async () => {
    const [status, reason] = await run('true', holds('f', 'no file'))
    expect([status, reason]).toEqual([
      'failed',
      'its check passes before anything is done, so it proves nothing',
    ])
  })

  it('refuses a solution that fails, and goes no further', async () => {
    const [status, reason, later] = await run('false', holds('f', 'a'))
    expect([status, later]).toEqual(['failed', 'skipped'])
    expect(reason).toBe('its solution failed: `false` ended with status 1, expected 0')
  })

  it('does not take a broken check for an unsolved task', async () => {
    const broken: Check = {
      claims: [],
      look() {
        throw new Error('oh')
      },
    }
    expect((await run('true', broken)).slice(0, 2)).toEqual(['failed', 'broken check: oh'])
  })

  it('needs a check', async () => {
    const { stage } = open()
    const { tasks } = await runLesson(lessonOf(task('true')), {}, stage)
    expect(tasks[0]?.reason).toBe('broken check: checks.ts has no "t"')
  })
})
