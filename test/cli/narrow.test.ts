import { describe, expect, test } from 'vitest'
import type { PlayRow } from '../../src/cli/play/rows.ts'
import { renderRows } from '../../src/cli/play/text.ts'
import { cooper } from '../support/cooper.ts'
import { noTmux, Window } from '../support/tmux.ts'

const reason = noTmux()

describe.skipIf(reason)(`small windows${reason ? ` (${reason})` : ''}`, () => {
  test.each([
    ['run --hostname x --only pid -- true', 125],
    ['run --nonsense', 125],
    ['inspect 0', 2],
  ])('%s: no word of the error is torn, and without a terminal no line', async (line, status) => {
    const { stderr } = await cooper(line.split(' '))
    const words = stderr.split(/\s+/).filter(Boolean)
    expect(Math.max(...stderr.split('\n').map((one) => one.length))).toBeGreaterThan(40)
    const window = await Window.open({ columns: 40 })
    window.clear()
    window.type(`clear; node dist/cooper.cjs ${line}`)
    expect(await window.status()).toBe(status)
    const seen = window.screen().split(/\s+/)
    for (const word of words.filter(({ length }) => length <= 28)) expect(seen).toContain(word)
  })

  test('play: the whole table and what is said below it fit 24 lines', async () => {
    const window = await Window.open()
    window.type('node dist/cooper.cjs play')
    await window.sees(/Which pieces/)
    window.press('Enter')
    await window.sees('Which network?')
    window.press('Enter')
    await window.sees(/^root@box:\/#$/m)
    const screen = window.screen()
    expect(screen).toMatch(/^piece +│ now[\s\S]*✓ pid[\s\S]*✓ cgroup[\s\S]*You are inside/m)
    for (const kind of ['pid', 'mnt', 'net', 'uts', 'ipc', 'user', 'cgroup'])
      expect(screen.match(new RegExp(`${kind}:\\[\\d+\\]`, 'g'))).toHaveLength(2)
    window.type('exit')
    await window.sees('Which pieces?')
    window.press('q')
    expect(await window.status()).toBe(0)
  })
})

describe('the table of play', () => {
  const seen = (says: string, inode: number) => ({ says, facts: {}, namespace: `pid:[${inode}]` })
  const rows: PlayRow[] = Array.from({ length: 7 }, (_, nth) => ({
    piece: `piece${nth}`,
    summary: '',
    lesson: '',
    on: true,
    isolated: true,
    inside: seen('one', nth + 100),
    host: seen(nth === 6 ? '' : 'two', nth + 200),
  }))
  const drawn = (height: number, tty = true) =>
    renderRows(rows, { width: 80, columns: 80, height, colour: false, unicode: true, tty }).split('\n')

  test('gets closer as the window gets lower, and tells what it leaves out', () => {
    const [roomy, close, low] = [drawn(40), drawn(24), drawn(15)]
    expect(roomy).toHaveLength(2 + 7 * 2 + 6)
    expect(close).toEqual(roomy.filter((line, nth) => nth < 2 || !line.startsWith('─')))
    expect(low.length).toBeLessThanOrEqual(10)
    expect(low.at(-1)).toContain('ls -l /proc/self/ns')
    // Where the namespace is all there is to see, it stays.
    expect(low.at(-2)).toContain('pid:[206]')
    expect(low.join('\n')).not.toContain('pid:[205]')
  })

  test('without a terminal it is whole', () => {
    expect(drawn(24, false)).toEqual(drawn(99))
  })
})
