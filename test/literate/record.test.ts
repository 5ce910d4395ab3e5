import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  findLessons,
  findProblems,
  type LessonResult,
  loadChecks,
  loadLesson,
  parseLesson,
  readRecording,
  recordingFile,
  recordingOf,
  runLesson,
  staleSteps,
  writeRecording,
} from '../../src/literate/index.ts'
import { folder } from '../support/folder.ts'
import { project } from './lesson.ts'
import { open } from './shell.ts'

const dir = join(project, 'lessons/01-demo')
const demo = parseLesson(join(dir, 'lesson.md'), project)

async function run(): Promise<LessonResult> {
  return runLesson(demo, await loadChecks(dir), open().stage)
}

describe('a recording', () => {
  it('is what a run showed, and comes back as it was written', async () => {
    const result = await run()
    const recorded = recordingOf(demo, result)
    expect(Object.keys(recorded.steps)).toEqual(['touch', 'rename', 'second', 'answer-solve-1'])
    expect(recorded.steps.rename?.commands[1]).toEqual({
      typed: ['echo first; seq 3; echo last'],
      output: ['first', '1', '2', '3', 'last'],
      status: 0,
    })
    expect(recorded.checks.renamed).toEqual({
      expected: 'two, and no one',
      saw: 'two',
      why: 'a name is not the file',
    })
    expect(recorded.checks.answer?.saw).toBe(result.steps[0]?.captures.inode)

    const file = recordingFile(folder(), 'hybrid')
    expect(readRecording(file)).toBeUndefined()
    writeRecording(file, recorded)
    expect(readRecording(file)).toEqual(recorded)
    expect(readFileSync(file, 'utf8')).toMatch(/^\{\n {2}"format_version": 1,\n[\s\S]*\}\n$/)
    expect(staleSteps(demo, recorded, 'hybrid')).toEqual([])
  })

  it('is stale where a step has changed, come or gone', async () => {
    const recorded = recordingOf(demo, await run())
    const changed = demo.blocks.map((block) =>
      block.kind === 'step' && block.id === 'touch' ? { ...block, on: 'x' } : block,
    )
    expect(staleSteps({ ...demo, blocks: changed }, recorded, 'hybrid')).toEqual(['touch'])
    const { rename, ...steps } = recorded.steps
    expect(rename).toBeDefined()
    expect(staleSteps(demo, { ...recorded, steps }, 'hybrid')).toEqual(['rename'])
    const fewer = demo.blocks.filter((block) => block.kind !== 'task')
    expect(staleSteps({ ...demo, blocks: fewer }, recorded, 'hybrid')).toEqual(['answer-solve-1'])
    const variant = demo.blocks.map((block) => {
      return block.kind === 'step' && block.id === 'rename' ? { ...block, when: 'cgroup-v2' as const } : block
    })
    expect(staleSteps({ ...demo, blocks: variant }, { ...recorded, steps }, 'hybrid')).toEqual([])
    expect(staleSteps({ ...demo, blocks: variant }, { ...recorded, steps }, 'v2')).toEqual(['rename'])
  })

  it('keeps what was skipped this time, unless it has changed', async () => {
    const result = await run()
    const before = recordingOf(demo, result)
    const skip = (id: string) => ({
      ...result,
      steps: result.steps.map((step) => (step.id === id ? { ...step, status: 'skipped' as const } : step)),
    })
    expect(recordingOf(demo, skip('touch'), before)).toEqual(before)
    expect(recordingOf(demo, skip('touch')).steps.touch).toBeUndefined()
    const old = { ...before, steps: { ...before.steps, touch: { ...before.steps.touch!, hash: 'old' } } }
    expect(recordingOf(demo, skip('touch'), old).steps.touch).toBeUndefined()
  })

  it.each([
    ['not JSON', '{', /not JSON/],
    ['of another format', '{"format_version":2,"lesson":"x","steps":{},"checks":{}}', /format_version/],
    ['not whole', '{"format_version":1,"lesson":"x","steps":{"a":{}},"checks":{}}', /steps\.a\.hash/],
  ])('that is %s is refused', (_what, text, says) => {
    const file = join(folder(), 'hybrid.json')
    writeFileSync(file, text)
    expect(() => readRecording(file)).toThrow(says)
  })

  it('is one for v2, and one for every machine whose controllers are of v1', () => {
    expect(['v1', 'v2', 'hybrid'].map((cgroups) => recordingFile('/l', cgroups as 'v1'))).toEqual([
      '/l/recorded/hybrid.json',
      '/l/recorded/v2.json',
      '/l/recorded/hybrid.json',
    ])
  })
})

describe('lessons', () => {
  it('are found by being there', () => {
    expect(findLessons(project)).toEqual([{ id: 'demo', number: '01', dir, file: join(dir, 'lesson.md') }])
    expect(findLessons(folder())).toEqual([])
  })

  it('fit their checks', async () => {
    const [ref] = findLessons(project)
    const { lesson, checks, problems } = await loadLesson(ref!, project)
    expect(lesson.title).toBe('A file of your own')
    expect(Object.keys(checks)).toEqual(['renamed', 'shell', 'answer'])
    expect(problems).toEqual([])
  })

  it('say with file and line where they do not', async () => {
    const { renamed, ...rest } = await loadChecks(dir)
    const problems = findProblems(demo, { ...rest, shell: { ...renamed!, claims: ['D9'] }, spare: renamed! })
    expect(problems.map((problem) => problem.message.split('\n')[0]?.replace(dir, ''))).toEqual([
      '/lesson.md:43: check "renamed" has no check',
      '/checks.ts:1: check "spare" is not shown',
      '/checks.ts:11: check "shell" proves an unknown claim D9',
      '/lesson.md:7: claim D1 has no check',
      '/lesson.md:8: claim D2 has no check',
    ])
  })

  it('without checks say what is expected', async () => {
    await expect(loadChecks(folder())).rejects.toThrow(/checks.ts:1: no checks/)
  })
})
