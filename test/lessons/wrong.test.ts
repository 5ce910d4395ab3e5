import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stageOf } from '../../src/cli/stage.ts'
import type { Captures, Check } from '../../src/facts/index.ts'
import { projectFile } from '../../src/kernel/index.ts'
import {
  fill,
  findLessons,
  lacking,
  loadChecks,
  parseLesson,
  replay,
  runCheck,
  runTask,
  type Stage,
  type Task,
} from '../../src/literate/index.ts'
import { type Opened, openBench } from '../support/open-bench.ts'
import { wrong } from './wrong.ts'

// Every process and file that an attempt may leave, so that the next one begins as the learner would.
const broom = "rm -rf ~/answer ~/cell /srv/secret; pkill -KILL -f 'sleep 200[0-9]'; sleep 0.1"

describe.each(findLessons(projectFile()).filter(({ id }) => id in wrong))('wrong solutions in $id', (ref) => {
  const lesson = parseLesson(ref.file, projectFile())
  const tasks = lesson.blocks.filter((block): block is Task => block.kind === 'task')
  const attempts = wrong[ref.id]!
  let bench: Opened
  let stage: Stage
  let captures: Captures
  let checks: Record<string, Check>

  beforeAll(async () => {
    bench = await openBench()
    stage = stageOf(bench.workbench)
    checks = await loadChecks(ref.dir)
    const first = lesson.blocks.findIndex((block) => block.kind === 'task')
    const replayed = await replay(lesson, first, stage)
    expect(replayed.failed?.reason).toBeUndefined()
    captures = replayed.captures
  })

  afterAll(() => bench?.close())

  async function type(line: string): Promise<void> {
    const [, on = 'host', text = line] = /^([a-z]+): (.*)$/.exec(line) ?? []
    const terminal = await stage.terminal(on)
    await terminal.type(fill(text, captures))
  }

  test('there are some for each task', () => {
    expect(Object.keys(attempts).sort()).toEqual(tasks.map(({ id }) => id).sort())
  })

  for (const [id, tries] of Object.entries(attempts)) {
    const task = tasks.find((one) => one.id === id)!
    const needs = [...task.needs, ...task.solve.flatMap((step) => step.needs)]

    test.for(tries.map((lines) => [lines.join('\n'), lines] as const))(
      `${id}: %s`,
      async ([, lines], ctx) => {
        const lacks = await lacking(needs, stage)
        if (lacks) return ctx.skip(lacks)
        await type(broom)
        for (const line of lines) await type(line)
        const result = await runCheck(id, checks[id], stage.bench, captures, 300)
        expect(result, JSON.stringify(result)).toMatchObject({ status: 'failed' })
        // A no that helps: what was seen instead, and what is missing. A check that throws has neither.
        expect(result.saw).toBeTruthy()
        expect(result.why).toBeTruthy()
      },
    )

    test(`${id}: the right one is accepted afterwards`, async (ctx) => {
      const lacks = await lacking(needs, stage)
      if (lacks) return ctx.skip(lacks)
      await type(broom)
      const result = await runTask(task, checks[id], stage, captures)
      expect(result.reason).toBeUndefined()
      expect(result.status).toBe('passed')
    })
  }
})
