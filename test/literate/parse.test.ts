import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LessonError, parseLesson } from '../../src/literate/index.ts'
import { FRONT, lessonOf, project, withCaptures, writeLesson } from './lesson.ts'

const demo = join(project, 'lessons/01-demo/lesson.md')

describe('a lesson', () => {
  const lesson = parseLesson(demo, project)

  it('is its blocks in order, with prose between them', () => {
    expect(lesson.blocks.map((block) => ('id' in block ? `${block.kind} ${block.id}` : block.kind))).toEqual([
      'prose',
      'step touch',
      'guess',
      'step rename',
      'check renamed',
      'picture',
      'prose',
      'snippet',
      'step second',
      'check shell',
      'task answer',
      'prose',
    ])
  })

  it('knows its name, its number and its frontmatter', () => {
    expect(lesson).toMatchObject({
      id: 'demo',
      number: '01',
      minutes: 3,
      requires: [],
      captures: ['inode', 'shell'],
    })
    expect(lesson.claimLines).toEqual({ D1: 7, D2: 8 })
  })

  it('keeps fences without a step, and the containers of the site, in its prose', () => {
    const prose = lesson.blocks.flatMap((block) => (block.kind === 'prose' ? [block] : []))
    expect(prose[0]?.line).toBe(10)
    expect(prose[0]?.markdown).toMatch(/^# A file[\s\S]*never run\n```\n\n## By hand$/)
    expect(prose[1]?.markdown).toBe('::: tip\nA container of the site is prose.\n:::')
  })

  it('reads commands, continuations, statuses and empty lines between commands', () => {
    const [touch, rename] = lesson.blocks.flatMap((block) => (block.kind === 'step' ? [block] : []))
    expect(touch?.commands).toEqual([
      { lines: ['cd "$DEMO" && touch one'], expect: [], status: 0, line: 21 },
      { lines: ["stat -c '%n %i' one"], expect: ['one <inode>'], status: 0, line: 22 },
      { lines: ['test -e two'], expect: [], status: 1, line: 25 },
    ])
    expect(rename?.commands[0]).toMatchObject({ lines: ['mv one two &&', 'ls -i'], expect: ['<inode> two'] })
  })

  it('takes a task apart', () => {
    const task = lesson.blocks.find((block) => block.kind === 'task')
    expect(task).toMatchObject({
      markdown: 'Write the inode number of `two` into `$DEMO/answer`.',
      hints: ['What shows an inode number?', '`ls` has an option for it,\nand so has `stat`.'],
      solve: [{ id: 'answer-solve-1', role: 'solve', on: 'host', line: 76 }],
    })
  })

  it('shows a picture by its name, with what it is told and a caption', () => {
    expect(lesson.blocks.find((block) => block.kind === 'picture')).toEqual({
      kind: 'picture',
      name: 'two-names',
      props: { upto: 'rename' },
      markdown: 'Two names, one inode.',
      line: 47,
    })
  })

  it('cuts its snippets', () => {
    expect(lesson.blocks.find((block) => block.kind === 'snippet')).toMatchObject({
      file: 'src/demo.ts',
      region: 'piece',
      lang: 'ts',
      title: 'demo',
      highlight: [1, 3, 4],
      firstLine: 5,
    })
  })

  it('has translations that inherit its steps', () => {
    const german = parseLesson(join(project, 'lessons/01-demo/lesson.de.md'), project)
    expect(german).toMatchObject({ title: 'Eine eigene Datei', minutes: 3, captures: ['inode', 'shell'] })
    const steps = (blocks: typeof lesson.blocks) => blocks.filter((block) => block.kind === 'step')
    expect(steps(german.blocks)).toEqual(steps(lesson.blocks))
    const task = german.blocks.find((block) => block.kind === 'task')
    expect(task).toMatchObject({ hints: ['Was zeigt eine Inode-Nummer?'], solve: [{ id: 'answer-solve-1' }] })
  })

  it('takes attributes, also on checks and tasks', () => {
    const { blocks } = lessonOf([
      '```console step=one on=box when=cgroup-v2 needs=nft,real-root',
      '$ true',
      '```',
      '::: check one when=cgroup-v1 needs=nft',
      'It is.',
      ':::',
    ])
    expect(blocks).toMatchObject([
      { id: 'one', on: 'box', when: 'cgroup-v2', needs: ['nft', 'real-root'] },
      { kind: 'check', id: 'one', when: 'cgroup-v1', needs: ['nft'], markdown: 'It is.' },
    ])
  })

  it('counts openings of containers and leaves colons in code alone', () => {
    const { blocks } = lessonOf([
      '::: check one',
      '::: tip',
      'Inner.',
      ':::',
      '```',
      ':::',
      '```',
      ':::',
      'After.',
    ])
    expect(blocks).toMatchObject([
      { kind: 'check', markdown: '::: tip\nInner.\n:::\n```\n:::\n```' },
      { kind: 'prose', markdown: 'After.' },
    ])
  })
})

const step = (...lines: string[]) => ['```console step=one', ...lines, '```']
const task = (...lines: string[]) => ['::: task two', 'Do it.', ...lines, ':::']
const hint = '1. hint: what?'
const solve = ['', '```console role=solve', '$ true', '```']
const without = (field: string) => FRONT.filter((line) => !line.startsWith(field))
const instead = (field: string, line: string) => FRONT.map((old) => (old.startsWith(field) ? line : old))

// The lesson, the line of the error (the body begins on line 9), what it says.
const malformed: [what: string, lines: string[], line: number, says: RegExp][] = [
  ['an open frontmatter', ['---', 'title: T'], 1, /not closed/],
  ['an empty frontmatter', ['---', '---'], 1, /no fields/],
  [
    'an unknown field',
    instead('minutes', 'minuts: 4'),
    4,
    /unknown field "minuts"[\s\S]*one of title, summary/,
  ],
  ['a field that is missing', without('title'), 1, /"title" is missing/],
  ['minutes in words', instead('minutes', 'minutes: few'), 4, /"minutes" is "few"[\s\S]*number/],
  ['a bad claim id', instead('  P1', '  first: One.'), 7, /bad name "first"[\s\S]*claim id/],
  ['an empty claim', instead('  P1', '  P1: ""'), 7, /"claims.P1" is ""[\s\S]*sentence/],
  ['a claim twice', instead('  P1', '  P1: One.\n  P1: Two.'), 8, /once/],
  ['a bad capture name', instead('captures', 'captures: [ok, Not_ok]'), 5, /"captures.1" is "Not_ok"/],
  ['YAML that is none', instead('title', 'title: [T'), 3, /frontmatter/],
  [
    'an unknown attribute',
    ['```console step=one in=box', '$ true', '```'],
    9,
    /unknown attribute "in"[\s\S]*step, on/,
  ],
  ['a word among the attributes', ['```console step=one box', '$ true', '```'], 9, /unknown word "box"/],
  ['a step that is no console', ['```sh step=one', '$ true', '```'], 9, /"step="[\s\S]*console/],
  ['attributes without a step', ['```console on=box', '$ true', '```'], 9, /without a step/],
  ['a bad step id', ['```console step=One', '$ true', '```'], 9, /bad step "One"/],
  ['a step id twice', [...step('$ true'), '', ...step('$ true')], 13, /on line 9/],
  ['a bad when', ['```console step=one when=v2', '$ true', '```'], 9, /when=cgroup-v1 or/],
  ['an empty probe', ['```console step=one needs=a,', '$ true', '```'], 9, /probe in needs/],
  ['another role', ['```console step=one role=setup', '$ true', '```'], 9, /role=solve/],
  ['a solve outside of a task', ['```console role=solve', '$ true', '```'], 9, /outside of a task/],
  ['output before a command', step('hello', '$ true'), 10, /before the first command: "hello"/],
  ['an empty command', step('$ '), 10, /empty command/],
  ['no command', step(), 10, /without a command/],
  ['a status in words', step('$ false', '? one'), 11, /bad status "\? one"/],
  ['a status too large', step('$ false', '? 256'), 11, /0 to 255/],
  ['a status before the end', step('$ false', '? 1', 'more'), 11, /before the end/],
  [
    'a capture that is not declared',
    step('$ ps', '<many>'),
    11,
    /<many> is not declared[\s\S]*captures: \[many\]/,
  ],
  ['an unknown capture typed', step('$ kill <it>'), 10, /<it> is not declared/],
  ['a capture used before', withCaptures('it', step('$ kill <it>', '<it>')), 10, /no value yet/],
  ['a capture in vain', withCaptures('it', step('$ ps')), 5, /never caught/],
  ['a step in a list', ['- item', '', '  ```console step=one', '  $ true', '  ```'], 11, /at the margin/],
  ['a step in a guess', ['::: guess', 'Well?', ...step('$ true'), ':::'], 11, /at the margin/],
  ['an open container', ['::: guess', 'Well?'], 9, /is not closed/],
  ['an open container of the site', ['text', '', '::: tip', 'Well.'], 11, /"::: tip" is not closed/],
  ['a stray end', ['text', '', ':::'], 11, /closes nothing/],
  ['an unknown container', ['::: chekc one', ':::'], 9, /"chekc"[\s\S]*check, task, guess, picture/],
  ['a picture without a name', ['::: picture', 'Text.', ':::'], 9, /picture has no name/],
  ['a picture without words', ['::: picture one', ':::'], 9, /empty picture/],
  ['a picture with two names', ['::: picture one two', 'A.', ':::'], 9, /unknown word "two"/],
  ['a picture told what cannot be', ['::: picture one @click=x', 'A.', ':::'], 9, /bad attribute/],
  ['a step in a picture', ['::: picture one', 'A.', ...step('$ true'), ':::'], 11, /at the margin/],
  ['a check without a name', ['::: check', 'Text.', ':::'], 9, /check has no name/],
  ['an empty check', ['::: check one', ':::'], 9, /empty check/],
  ['a check twice', ['::: check a', 'A.', ':::', '::: check a', 'A.', ':::'], 12, /on line 9/],
  ['a check within a tip', ['::: tip', '::: check a', 'A.', ':::', ':::'], 10, /at the margin/],
  ['an attribute of a guess', ['::: guess when=cgroup-v1', 'A.', ':::'], 9, /no attributes/],
  ['a guess without an answer', ['::: guess', 'Well?', ':::'], 9, /nothing answers/],
  ['a task without hints', task(...solve), 9, /has no hints/],
  ['a task without a solve', task('', hint), 9, /has no solve/],
  ['a task without words', ['::: task two', hint, ...solve, ':::'], 9, /says nothing/],
  ['hints without an order', task('', '- hint: what?', ...solve), 12, /ordered list/],
  ['a hint that is none', task('', hint, '2. what?', ...solve), 13, /"what\?"/],
  ['a second list of hints', task('', hint, '', 'And.', '', hint, ...solve), 16, /second list/],
  ['a step in a task', task('', hint, '', ...step('$ true')), 14, /role=solve here/],
  [
    'a solve for one version only',
    task('', hint, '', '```console role=solve when=cgroup-v1', '$ true', '```'),
    9,
    /no solve for cgroup-v2/,
  ],
  ['a snippet without a file', ['<<< @/src/none.ts'], 9, /no file src\/none.ts/],
  ['a snippet from outside', ['<<< @/../../etc/passwd'], 9, /outside of the project/],
  ['a region that is not there', ['<<< ./lesson.md#none'], 9, /no region "none"/],
  ['a snippet that cannot be read', ['<<< @/a.ts {x,'], 9, /bad snippet/],
  ['a snippet in a paragraph', ['Look:', '<<< @/a.ts'], 10, /empty line before/],
]

describe('a malformed lesson says file, line and what was expected:', () => {
  it.each(malformed)('%s', (_what, lines, line, says) => {
    const { file, root } = writeLesson(lines)
    const error = caught(() => parseLesson(file, root))
    expect(error.message).toMatch(says)
    expect(error.message).toContain(`${file}:${line}: `)
    expect(error.message).toMatch(/\n {2}expected {2}\S/)
    expect(error).toMatchObject({ file, line })
  })

  it('no frontmatter', () => {
    const { file, root } = writeLesson(['text'])
    writeFileSync(file, '# Text\n')
    expect(caught(() => parseLesson(file, root)).message).toMatch(/:1: no frontmatter\n {2}expected {2}"---"/)
  })

  it('a file that is no lesson', () => {
    const { file, root } = writeLesson(['text'])
    expect(caught(() => parseLesson(join(root, 'lessons'), root)).message).toMatch(/lessons\/NN-name/)
    expect(caught(() => parseLesson(file.replace('01-try', 'try'), root)).message).toMatch(/lessons\/NN-name/)
  })
})

describe('a translation', () => {
  const words = ['---', 'title: T', 'summary: S', 'claims:', '  P1: Eins.', '---']
  const originals = [...step('$ true'), '::: check a', 'A.', ':::']
  const empty = ['```console step=one', '```']
  it.each<[string, string[], number, RegExp]>([
    ['says what is missing', [...words, ...empty], 1, /check a is missing/],
    [
      'has the order of the original',
      [...words, '::: check a', 'A.', ':::', ...empty],
      7,
      /instead of step one/,
    ],
    ['has no step of its own', [...words, '```console step=two', '```'], 7, /unknown step "two"/],
    ['has no commands', [...words, ...step('$ false')], 7, /empty fence/],
    ['inherits the minutes', ['---', 'minutes: 3', ...words.slice(1)], 2, /inherits the rest/],
    [
      'has every claim',
      [...words.slice(0, 4), '  P2: Zwei.', '---', ...empty, '::: check a', 'A.', ':::'],
      1,
      /P1/,
    ],
  ])('%s', (_what, lines, line, says) => {
    const { root } = writeLesson(originals)
    const { file } = writeLesson(lines, 'lesson.de.md', root)
    const error = caught(() => parseLesson(file, root))
    expect(error.message).toMatch(says)
    expect(error).toMatchObject({ file, line })
  })
})

function caught(act: () => unknown): LessonError {
  try {
    act()
  } catch (error) {
    if (error instanceof LessonError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
