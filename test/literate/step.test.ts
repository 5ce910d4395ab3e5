import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { observed, parseLesson, runStep, type Step } from '../../src/literate/index.ts'
import { project, stepOf } from './lesson.ts'
import { open } from './shell.ts'

const dir = join(project, 'lessons/01-demo')
const demo = parseLesson(join(dir, 'lesson.md'), project)

describe('a step', () => {
  it.each<[string, string[], string | undefined]>([
    ['expects status 0', ['$ false'], '`false` ended with status 1, expected 0'],
    ['expects the status it names', ['$ (exit 3)', '? 3'], undefined],
    ['expects that status only', ['$ true', '? 3'], '`true` ended with status 0, expected 3'],
    [
      'says both, output and status',
      ['$ ls /none'],
      '`ls /none` printed something else, and ended with status 2',
    ],
    ['types captures', ['$ echo "<it><it>"', '77'], undefined],
    ['types no escaped capture', ["$ echo '\\<it>'", '\\<it>'], undefined],
    ['is not left with half a command', ["$ echo 'a"], 'is not complete'],
    ['may be read by a program', ['$ read line', '$ hello', '$ echo "$line"', 'hello'], undefined],
    [
      'does not take a running program for an ended one',
      ['$ sleep 2', '? 1'],
      'has not ended, expected status 1',
    ],
    ['types here-documents', ['$ cat <<end', '> a', '> end', 'a'], undefined],
  ])('%s', async (_what, lines, reason) => {
    const { stage } = open()
    const result = await runStep(stepOf(...lines), stage, {})
    expect(result.reason ?? '').toContain(reason ?? '')
    expect(result.status).toBe(reason ? 'failed' : 'passed')
  })

  it('tells what it changed, and fails when its terminal does', async () => {
    const { stage } = open({ observe: async (act) => ({ value: await act(), changed: ['a process more'] }) })
    expect(await runStep(stepOf(), stage, {})).toMatchObject({
      changed: ['a process more'],
      captures: { it: '7' },
    })
    const deaf = open({ terminal: () => Promise.reject(new Error('no pty left')) })
    expect(await runStep(stepOf(), deaf.stage, {})).toMatchObject({ status: 'failed', reason: 'no pty left' })
  })

  it('keeps captures that were made before: the same word must come again', async () => {
    const { stage } = open()
    expect((await runStep(stepOf(), stage, { it: '8' })).status).toBe('failed')
    expect(await runStep(stepOf(), stage, { it: '7' })).toMatchObject({ status: 'passed', captures: {} })
  })
})

describe('what a learner typed on their own', () => {
  const step = demo.blocks.find((block): block is Step => block.kind === 'step' && block.id === 'rename')!
  const seen = (...outputs: string[]) => outputs.map((output) => ({ output }))

  it('is the step, with other commands between', () => {
    const blocks = seen('one\n', '12 two\r\n', 'oops\n', 'first\n1\nlast\n')
    expect(observed(step, blocks, {})).toEqual({ inode: '12' })
    expect(observed(step, blocks, { inode: '12', a: 'b' })).toEqual({ inode: '12', a: 'b' })
  })

  it('is not the step when something is missing, out of order or of another value', () => {
    expect(observed(step, seen('12 two'), {})).toBeUndefined()
    expect(observed(step, seen('first\nlast', '12 two'), {})).toBeUndefined()
    expect(observed(step, seen('12 two', 'first\nlast'), { inode: '13' })).toBeUndefined()
    const failed = [{ output: '12 two', status: 1 }, ...seen('first\nlast')]
    expect(observed(step, failed, {})).toBeUndefined()
  })

  it('knows a command that prints nothing by its text', () => {
    const silent = stepOf('$ touch  <it>')
    const typed = (command: string) => [{ output: '7' }, { output: '', status: 0, command }]
    expect(observed(silent, typed('touch 7'), {})).toEqual({ it: '7' })
    expect(observed(silent, typed('rm 7'), {})).toBeUndefined()
  })

  it('knows a command whose output may be any word by its text, until that word is known', () => {
    const block = (command: string) => [{ output: '7', status: 0, command }]
    expect(observed(stepOf(), block('hostname'), {})).toBeUndefined()
    expect(observed(stepOf(), block('echo  7'), {})).toEqual({ it: '7' })
    expect(observed(stepOf(), block('printf 7'), { it: '7' })).toEqual({ it: '7' })
  })
})
