import { describe, expect, test } from 'vitest'
import { marks, spell } from '../../../src/cli/look/marks.ts'
import { painter } from '../../../src/cli/look/paint.ts'
import { look } from '../../../src/cli/look/terminal.ts'

const tty = { isTTY: true, columns: 132, rows: 50 }
const utf8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' }

test('a terminal: its size, prose not wider than can be read', () => {
  expect(look(tty, utf8)).toEqual({
    width: 100,
    columns: 132,
    height: 50,
    colour: true,
    unicode: true,
    tty: true,
  })
})

test('no terminal: eighty columns whatever it says, and no colour', () => {
  const screen = look({ columns: 200 }, utf8)
  expect(screen).toEqual({ width: 80, columns: 80, height: 24, colour: false, unicode: true, tty: false })
})

test('a terminal that does not know its size', () => {
  expect(look({ isTTY: true, columns: 0, rows: 0 }, utf8)).toMatchObject({ width: 80, height: 24 })
})

describe('colour', () => {
  test.each([
    [tty, {}, true],
    [tty, { NO_COLOR: '1' }, false],
    [tty, { NO_COLOR: '' }, true],
    [tty, { TERM: 'dumb' }, false],
    [tty, { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
    [tty, { FORCE_COLOR: '0' }, false],
    [{}, {}, false],
    [{}, { FORCE_COLOR: '1' }, true],
    [{}, { FORCE_COLOR: '' }, true],
  ])('%o %o: %s', (stream, env, colour) => {
    expect(look(stream, { ...utf8, ...env }).colour).toBe(colour)
  })

  test('a painter without colour paints nothing, whatever the process around it has', () => {
    expect(painter({ colour: false })('x', 'good', 'strong')).toBe('x')
    expect(painter({ colour: true })('x', 'good')).toBe('\x1b[32mx\x1b[39m')
  })
})

describe('unicode', () => {
  test.each([
    [{ LANG: 'C.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{}, false],
    [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'de_DE.UTF-8' }, true],
    [{ LANG: 'C.UTF-8', LC_ALL: '' }, true],
    [{ LANG: 'C.UTF-8', TERM: 'linux' }, false],
  ])('%o: %s', (env, unicode) => {
    expect(look(tty, env).unicode).toBe(unicode)
  })

  test('without it every sign has a twin in ASCII', () => {
    expect(Object.values(marks({ unicode: false })).join('')).toMatch(/^\p{ASCII}+$/u)
    expect(spell('a → “b” … – 12 µs', { unicode: false })).toBe('a -> "b" ... - 12 us')
    expect(spell('a → b', { unicode: true })).toBe('a → b')
  })
})
