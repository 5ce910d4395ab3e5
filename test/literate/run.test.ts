import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type LessonEvent,
  loadChecks,
  parseLesson,
  replay,
  report,
  runCheck,
  runLesson,
  type Stage,
} from '../../src/literate/index.ts'
import { lessonOf, project, withCaptures } from './lesson.ts'
import { holds, open } from './shell.ts'

const dir = join(project, 'lessons/01-demo')
const demo = parseLesson(join(dir, 'lesson.md'), project)

describe('a lesson on a real shell', () => {
  it('passes: steps, checks, and a task that is unsolved before and solved after', async () => {
    const { stage } = open()
    const events: LessonEvent[] = []
    const result = await runLesson(demo, await loadChecks(dir), stage, (event) => events.push(event))
    expect(result).toMatchObject({ id: 'demo', status: 'passed', reason: undefined, unproved: [] })
    expect(result.steps.map((step) => [step.id, step.status])).toEqual([
      ['touch', 'passed'],
      ['rename', 'passed'],
      ['second', 'passed'],
    ])
    expect(result.steps[0]?.captures.inode).toMatch(/^\d+$/)
    expect(result.steps[1]?.commands[0]?.output).toEqual([`${result.steps[0]?.captures.inode} two`])
    expect(result.steps[2]?.commands.map(({ prompt }) => prompt)).toEqual(['ready', 'none', 'none'])
    expect(result.tasks[0]).toMatchObject({ before: { status: 'failed' }, after: { status: 'passed' } })
    expect(events.map(({ at, block }) => `${at} ${block.id}`).slice(0, 4)).toEqual([
      'start touch',
      'end touch',
      'start rename',
      'end rename',
    ])
    const { lessons, ...counts } = report([result])
    expect(counts).toEqual({ passed: 6, failed: 0, skipped: 0 })
    expect(JSON.parse(JSON.stringify(lessons[0]))).toEqual({
      id: 'demo',
      status: 'passed',
      ms: expect.any(Number),
      steps: ['touch', 'rename', 'second'].map((id) => ({ id, status: 'passed' })),
      checks: [
        expect.objectContaining({ id: 'renamed', claims: ['D1'], status: 'passed', saw: 'two' }),
        expect.objectContaining({ id: 'shell', claims: ['D2'], status: 'passed', expected: 'a number' }),
      ],
      tasks: [{ id: 'answer', status: 'passed' }],
    })
  })

  it('fails at the line of the lesson that is not so, and skips what comes after', async () => {
    const { stage } = open()
    const lesson = lessonOf([
      '```console step=one',
      '$ echo one &&',
      '> echo two',
      'one',
      'three',
      '```',
      '```console step=later',
      '$ true',
      '```',
      '::: check a',
      'A.',
      ':::',
    ])
    const result = await runLesson(lesson, { a: holds('a', 'a', ['P1']) }, stage)
    expect(result.steps[0]?.mismatch).toEqual({
      file: lesson.file,
      line: 13,
      reason: '`echo one &&` printed something else',
      diff: ['expected', '  one', '> three', 'actual', '  one', '> two'],
    })
    expect(result.steps[1]).toMatchObject({ status: 'skipped', reason: 'step one failed' })
    expect(result.checks[0]).toMatchObject({ status: 'skipped', reason: 'step one failed', claims: ['P1'] })
    expect(result).toMatchObject({ status: 'failed', unproved: ['P1'] })
    expect(report([result])).toMatchObject({ passed: 0, failed: 1, skipped: 2 })
  })
})

const lines = [
  '```console step=probed needs=moon',
  '$ echo 7',
  '<it>',
  '```',
  '::: check a',
  'A.',
  ':::',
  '```console step=uses',
  '$ echo <it>',
  '<it>',
  '```',
  '```console step=one when=cgroup-v1',
  '$ true',
  '```',
  '```console step=two when=cgroup-v2',
  '$ true',
  '```',
  '::: check b needs=moon',
  'B.',
  ':::',
  '::: task c',
  'C.',
  '',
  '1. hint: how?',
  '',
  '```console role=solve',
  '$ echo <it>',
  '<it>',
  '```',
  ':::',
]

describe('what cannot run here', () => {
  const probe: Stage['probe'] = async (name) => ({ ok: name !== 'moon', reason: 'there is no moon' })
  const table = { a: holds('a', 'a'), b: holds('b', 'b') }

  it('is skipped with its reason, and so is what needs it', async () => {
    const { stage } = open({ probe })
    const result = await runLesson(lessonOf(withCaptures('it', lines)), table, stage)
    expect(
      [...result.steps, ...result.checks, ...result.tasks].map(({ id, reason }) => [id, reason]),
    ).toEqual([
      ['probed', 'needs moon: there is no moon'],
      ['uses', 'needs <it> of step probed, which was skipped'],
      ['one', undefined],
      ['a', 'step probed was skipped: needs moon: there is no moon'],
      ['b', 'needs moon: there is no moon'],
      ['c', 'needs <it> of step probed, which was skipped'],
    ])
    expect(result.status).toBe('passed')
  })

  it('is a whole lesson when that requires it', async () => {
    const { stage } = open({ probe })
    const lesson = { ...lessonOf(withCaptures('it', lines)), requires: ['moon'] }
    const result = await runLesson(lesson, table, stage)
    expect(result).toMatchObject({ status: 'skipped', reason: 'needs moon: there is no moon' })
    expect(report([result])).toMatchObject({ passed: 0, failed: 0, skipped: 6 })
  })

  it.each([
    ['v1', ['one']],
    ['hybrid', ['one']],
    ['v2', ['two']],
  ] as const)('is not a variant: on %s its own are run', async (cgroups, ids) => {
    const { stage } = open({ cgroups })
    const result = await runLesson(lessonOf(lines.slice(11, 17)), {}, stage)
    expect(result.steps.map((step) => step.id)).toEqual(ids)
  })
})

describe('going on in the middle', () => {
  it('replays steps and solves tasks, without looking', async () => {
    let looks = 0
    const { stage } = open({
      async observe(act) {
        looks++
        return { value: await act(), changed: [] }
      },
    })
    const steps: string[] = []
    const end = await replay(demo, demo.blocks.length, stage, (step) => steps.push(step.id))
    expect(end.failed).toBeUndefined()
    expect(steps).toEqual(['touch', 'rename', 'second'])
    expect(looks).toBe(0)
    const { answer } = await loadChecks(dir)
    expect(await runCheck('answer', answer, stage.bench, end.captures)).toMatchObject({ status: 'passed' })
  })

  it('stops before the block, and at a step that fails', async () => {
    const { stage } = open()
    const until = demo.blocks.findIndex((block) => block.kind === 'step' && block.id === 'rename')
    expect(Object.keys((await replay(demo, until, stage)).captures)).toEqual(['inode'])
    const broken = lessonOf(['```console step=one', '$ false', '```'])
    expect((await replay(broken, 1, stage)).failed).toMatchObject({ id: 'one', status: 'failed' })
  })
})
