import { describe, expect, test } from 'vitest'
import { renderCall, renderChanges, renderCheck, renderMismatch } from '../../../src/cli/look/result.ts'
import { plain, width } from '../../../src/cli/look/width.ts'

const claims = [
  { id: 'P1', text: 'Each PID namespace has its own process 1.' },
  { id: 'P2', text: 'The same number can name different processes in different namespaces.' },
]
const saw = {
  expected: '1 inside, another number outside',
  saw: '1 inside, 4711 outside',
  why: 'NSpid of the shell has two columns — one for each namespace it is in',
}

const screens = [80, 40].flatMap((columns) =>
  [true, false].flatMap((colour) =>
    [true, false].map((unicode) => ({
      name: `${columns} columns, ${colour ? '' : 'no '}colour, ${unicode ? '' : 'no '}unicode`,
      sheet: { width: columns, colour, unicode },
    })),
  ),
)

describe.each(screens)('$name', ({ sheet }) => {
  const drawn = {
    'a check that passed': renderCheck({ id: 'pid-one', status: 'passed', claims, ...saw }, sheet),
    'a check that is not yet': renderCheck({ id: 'two-names', status: 'failed', claims: [], ...saw }, sheet),
    'a check that was skipped': renderCheck(
      {
        id: 'device',
        status: 'skipped',
        claims: claims.slice(0, 1),
        reason: 'needs real-root: this is user 1000',
      },
      sheet,
    ),
    'what changed': renderChanges(
      [
        'new pid namespace 4026532301, made for bash (13)',
        'gone: process 12 (sleep)',
        'process 13 (sleep 1000) has ended and waits to be reaped: a zombie',
      ],
      sheet,
    ),
    'a call': renderCall({ stage: 'settle', call: 'sethostname("box")', microseconds: 12.4 }, sheet),
    'a call that was refused': renderCall(
      {
        stage: 'furnish',
        call: 'mount("proc", "/proc", "proc", MS_NOSUID|MS_NOEXEC|MS_NODEV, NULL)',
        microseconds: 1204,
        error: 'EPERM',
      },
      sheet,
    ),
    'a mismatch': renderMismatch(
      {
        file: 'lessons/01-pid/lesson.md',
        line: 31,
        reason: 'line 2 of the output is not what the lesson says',
        diff: [
          'expected',
          '  USER COMMAND',
          '> root bash',
          'actual',
          '  USER COMMAND',
          '> root   sh -c echo a line that is much longer than any narrow terminal is wide',
          '  end',
        ],
      },
      sheet,
    ),
  }

  test.each(Object.entries(drawn))('%s', (_, text) => {
    expect(text).toMatchSnapshot()
    for (const line of text.split('\n')) expect(width(line), plain(line)).toBeLessThanOrEqual(sheet.width)
    expect(text.includes('\x1b')).toBe(sheet.colour)
    if (!sheet.unicode) expect(plain(text)).toMatch(/^\p{ASCII}*$/u)
  })

  test('the verdict is a word, not only a sign or a colour', () => {
    expect(plain(drawn['a check that passed'])).toContain('proved')
    expect(plain(drawn['a check that is not yet'])).toContain('not yet')
    expect(plain(drawn['a check that was skipped'])).toContain('skipped')
  })
})

test('no change is no heading', () => {
  expect(renderChanges([], { width: 80, colour: false, unicode: true })).toBe('')
})

test('what a program printed keeps its spaces, and control characters do not act', () => {
  const text = renderMismatch(
    { file: 'l.md', line: 1, reason: 'differs', diff: ['actual', '>   a\tb  c\x1b[31m'] },
    { width: 80, colour: false, unicode: true },
  )
  expect(text).toContain('    ›   a\\tb  c\\x1b[31m')
})
