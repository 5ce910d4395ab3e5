import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cooper } from '../../../src/cli/myself.ts'
import { blocksIn } from '../../../src/cli/tour/by-hand.ts'
import { editedLine } from '../../../src/cli/tour/echo.ts'
import { menuLines } from '../../../src/cli/tour/keys.ts'
import { pageId, pageOf, pagesOf, placeAt } from '../../../src/cli/tour/pages.ts'
import { withoutTypeAhead } from '../../../src/cli/tour/typed-step.ts'
import { projectFile } from '../../../src/kernel/index.ts'
import { type Block, type Lesson, parseLesson } from '../../../src/literate/index.ts'
import { folder } from '../../support/folder.ts'

test.each([
  ['echo hi\r\n', 'echo hi'],
  ['ecko\b \b\b \bho hi', 'echo hi'],
  ['ecko hi\b\b\b\b\b\x1b[1P\x1b[1@h\x1b[3C', 'echo hi'],
  ['bashx\b\x1b[K', 'bash'],
  ['eho\b\b\x1b[1@c\r\n', 'echo'],
  ['one\x1b[3Dt\x1b[1@w\r\n', 'twne'],
  ['\x07cat\x07 /etc', 'cat /etc'],
  // At the right edge of 80 columns.
  [`${'x'.repeat(78)} \r${'y'.repeat(5)}`, `${'x'.repeat(78)}${'y'.repeat(5)}`],
])('what was typed: %j', (echo, line) => {
  expect(editedLine(echo).trim()).toBe(line)
})

test('commands in what a terminal printed', () => {
  const ready = (status: number) => ({ mark: { is: 'ready' as const, status } })
  const run = { mark: { is: 'run' as const } }
  const more = { mark: { is: 'more' as const } }
  expect(
    blocksIn([
      { text: '$ echo a\r\n' },
      run,
      { text: 'a\r\n' },
      ready(0),
      { text: '$ \r\n' },
      ready(0),
      { text: '$ for i in 1; do\r\n' },
      more,
      { text: '> false\r\n' },
      more,
      { text: '> done\r\n' },
      run,
      ready(1),
      { text: '$ exec bash\r\n' },
      run,
      { text: 'not yet' },
    ]),
  ).toEqual([
    { command: 'echo a', output: 'a\n', status: 0 },
    { command: 'for i in 1; do\nfalse\ndone', output: '', status: 1 },
  ])
})

test('lines that were typed ahead are not what a program printed', () => {
  const blocks = [
    { command: 'unshare --uts bash', output: 'hostname demo\r\nuname -n\r\n', status: 0 },
    { command: 'hostname demo', output: '', status: 0 },
    { command: 'uname -n', output: 'demo\n', status: 0 },
  ]
  expect(withoutTypeAhead(blocks).map(({ output }) => output.trim())).toEqual(['', '', 'demo'])
  // What is printed after all is printed: only as often as it was typed.
  const twice = [
    { command: 'sleep 1; echo ls', output: 'ls\nls\n' },
    { command: 'ls', output: '' },
  ]
  expect(withoutTypeAhead(twice)[0]!.output.trim()).toBe('ls')
})

describe('the keys of a page', () => {
  const choices = [
    { name: 'run', key: '\r', says: 'runs it here' },
    { name: 'type', key: 't', says: 'type it yourself' },
    { name: 'quit', key: 'q', says: 'quit' },
  ]
  const screen = { width: 80, columns: 80, height: 24, colour: false, unicode: true, tty: true }

  test('on one line, folded where it is narrow', () => {
    expect(menuLines(choices, screen)).toEqual(['Enter runs it here · t type it yourself · q quit'])
    expect(menuLines(choices, { ...screen, width: 30 })).toEqual([
      'Enter runs it here',
      't type it yourself · q quit',
    ])
    expect(menuLines(choices, { ...screen, width: 12 })).toEqual([
      'Enter runs',
      'it here',
      't type it',
      'yourself',
      'q quit',
    ])
  })

  test('a screen without unicode', () => {
    expect(menuLines(choices, { ...screen, unicode: false })).toEqual([
      'Enter runs it here - t type it yourself - q quit',
    ])
  })
})

test('a place is kept by names, and what is only read belongs to the page after it', () => {
  const lesson = parseLesson(join(import.meta.dirname, '../fixtures/00-demo/lesson.md'), projectFile())
  const pages = pagesOf(lesson, 'hybrid')
  expect(pages.map(pageId)).toEqual(['number', undefined, 'rename', 'after', 'sleeper', undefined])
  expect(pages.map((_, at) => placeAt(pages, at))).toEqual([
    'number',
    'rename',
    'rename',
    'after',
    'sleeper',
    'sleeper',
  ])
  expect(['number', 'rename', 'after', 'gone'].map((id) => pageOf(pages, id))).toEqual([0, 1, 3, -1])
})

test('a picture is for the site: a page is the same without it', () => {
  const step: Block = { kind: 'step', file: '', id: 'one', on: 'host', needs: [], commands: [], line: 1 }
  const check: Block = { kind: 'check', id: 'two', needs: [], markdown: 'It is.', line: 3 }
  const picture: Block = { kind: 'picture', name: 'cable', props: {}, markdown: 'A cable.', line: 2 }
  const pages = (blocks: Block[]) => pagesOf({ blocks } as Lesson, 'hybrid')
  expect(pages([step, picture, check, picture])).toEqual([{ read: [], act: step, checks: [check], from: 0 }])
})

test('how to call this program, as it was called', () => {
  const script = projectFile('dist/cooper.cjs')
  const dir = folder()
  expect(cooper('list', { npm_lifecycle_event: 'start' }, script)).toBe('npm start --silent -- list')
  expect(cooper('list', { PATH: dir }, script)).toBe('node dist/cooper.cjs list')
  expect(cooper('list', { PATH: dir }, '/elsewhere/dist/cooper.cjs')).toBe(
    'node /elsewhere/dist/cooper.cjs list',
  )
  symlinkSync(script, join(dir, 'cooper'))
  expect(cooper('list', { PATH: dir }, script)).toBe('cooper list')
})
