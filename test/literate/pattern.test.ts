import { describe, expect, it } from 'vitest'
import { fill, missingCaptures } from '../../src/literate/captures.ts'
import { matchOutput } from '../../src/literate/pattern.ts'

type Captures = Record<string, string>

describe('expected output fits', () => {
  it.each<[what: string, expect: string[], actual: string[], captures?: Captures, known?: Captures]>([
    ['itself', ['a b'], ['a b']],
    ['nothing', [], ['', '']],
    ['white space at the ends of lines', ['a'], ['a  ']],
    ['empty lines at the end', ['a', ''], ['a', '', '']],
    ['any text', ['a [..] c'], ['a b b c']],
    ['no text', ['a[..]c'], ['ac']],
    ['any text twice', ['[..]b[..]'], ['abba']],
    ['any lines', ['a', '...', 'z'], ['a', 'b', 'c', 'z']],
    ['no lines', ['a', '...', 'z'], ['a', 'z']],
    ['any lines at both ends', ['...', 'm', '...'], ['a', 'm', 'z']],
    ['any lines, the first fit', ['...', '<it> x', '...'], ['1 y', '2 x', '3 x'], { it: '2' }],
    ['a word', ['<it>'], ['42'], { it: '42' }],
    ['a word within signs', ['pid:[<ns>]'], ['pid:[4026531836]'], { ns: '4026531836' }],
    ['a word between any text', ['[..] <it> bash'], ['root 12 bash'], { it: '12' }],
    ['a known word', ['<it> again'], ['42 again'], { it: '42' }, { it: '42' }],
    ['a word twice in a line', ['<it>=<it>'], ['ab=ab'], { it: 'ab' }],
    [
      'a word that only a later line decides',
      ['...', '<it>', '...', 'end <it>'],
      ['1', '2', 'end 2'],
      { it: '2' },
    ],
    ['two words', ['<a> <b>'], ['x y'], { a: 'x', b: 'y' }],
    ['a name that every object has', ['<constructor>'], ['x'], { constructor: 'x' } as unknown as Captures],
    ['an escaped mark', ['\\[..] \\<it>'], ['[..] <it>']],
    ['a mark after a backslash', ['\\\\<it>'], ['\\x'], { it: 'x' }],
    ['escaped dots', ['\\...'], ['...']],
    ['dots with more in the line', ['... a'], ['... a']],
    ['a prompt in the output', ['\\$ a', '\\> b', '\\? 1'], ['$ a', '> b', '? 1']],
    ['regular expressions as text', ['a.c (x|y)* $'], ['a.c (x|y)* $']],
    ['other brackets', ['<UP,LOWER_UP> <- <<eof>'], ['<UP,LOWER_UP> <- <<eof>']],
  ])('%s', (_what, expected, actual, captures = {}, known = {}) => {
    expect(matchOutput(expected, actual, known)).toEqual({ ok: true, captures })
  })
})

describe('expected output does not fit', () => {
  it.each<[what: string, expect: string[], actual: string[], at: number, line: number, known?: Captures]>([
    ['another line', ['a', 'b'], ['a', 'c'], 1, 1],
    ['a part of a line', ['a'], ['ab'], 0, 0],
    ['output where none is expected', [], ['a'], 0, 0],
    ['no output', ['a'], [], 0, 0],
    ['output that ends early', ['a', 'b'], ['a'], 1, 1],
    ['output that goes on', ['a'], ['a', 'b'], 1, 1],
    ['a word that is none', ['a<it>'], ['a'], 0, 0],
    ['two words for one', ['<it>'], ['a b'], 0, 0],
    ['another word than before', ['<it>'], ['43'], 0, 0, { it: '42' }],
    ['another word on the next line', ['<it>', '<it>'], ['1', '2'], 1, 1],
    ['lines that any lines cannot bridge', ['a', '...', 'z'], ['a', 'b'], 2, 1],
    ['an empty line between', ['a', 'b'], ['a', '', 'b'], 1, 1],
  ])('%s', (_what, expected, actual, at, line, known = {}) => {
    expect(matchOutput(expected, actual, known)).toMatchObject({ ok: false, at, line })
  })

  it('and is shown beside the actual, with the first difference marked', () => {
    const match = matchOutput(['PID CMD', '<it> bash'], ['PID CMD', '7 bash', '8 ps'], { it: '1' })
    expect(match).toMatchObject({ expected: '<it> bash', actual: '7 bash' })
    expect(!match.ok && match.diff).toEqual([
      'expected',
      '  PID CMD',
      '> <it> bash   (<it> is 1)',
      'actual',
      '  PID CMD',
      '> 7 bash',
      '  8 ps',
    ])
  })

  it('and of long output only the neighbourhood is shown', () => {
    const many = Array.from({ length: 30 }, (_, index) => `${index}`)
    const match = matchOutput([...many.slice(0, 20), 'x'], many, {})
    expect(!match.ok && match.diff.slice(6)).toEqual([
      '> x',
      'actual',
      '  (16 more before)',
      '  16',
      '  17',
      '  18',
      '  19',
      '> 20',
      '  21',
      '  22',
      '  23',
      '  24',
      '  (5 more after)',
    ])
    expect(matchOutput(['a'], [], {})).toMatchObject({ diff: ['expected', '> a', 'actual', '> (nothing)'] })
  })
})

describe('the worst expectations end soon', () => {
  const lines = Array.from({ length: 2000 }, () => 'a')
  const dots = Array.from({ length: 30 }, () => ['...', 'a']).flat()
  const names = 'abcdefgh'.split('').map((name) => `<${name}>`)
  it.each<[what: string, expect: string[], actual: string[]]>([
    ['any lines, again and again', [...dots, 'b'], lines],
    ['any text, again and again', [`${'[..]a'.repeat(30)}b`], ['a'.repeat(5000)]],
    ['words side by side', [`${names.join('')}!`], ['a'.repeat(300)]],
    ['words between any text', [`${names.join('[..]')}!`], ['a '.repeat(300)]],
    [
      'words that all come back',
      [...names.flatMap((n) => ['...', n]), ...names, 'b'],
      lines.map((_, i) => `${i}`),
    ],
  ])('%s', (_what, expected, actual) => {
    const started = performance.now()
    expect(matchOutput(expected, actual, {}).ok).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('typed lines', () => {
  it('get the values of their captures, and only theirs', () => {
    const captures = { pid: '42' }
    expect(fill('kill <pid> [..] <other> \\<pid> <<pid>', captures)).toBe('kill 42 [..] <other> <pid> <<pid>')
    expect(missingCaptures(['echo <pid>', '<other>'], captures)).toEqual(['other'])
  })
})
