import { describe, expect, test } from 'vitest'
import { width } from '../../../src/cli/look/width.ts'
import { noTmux, Window, type WindowOptions } from '../../support/tmux.ts'
import { demo, offers } from './demo.ts'

const reason = noTmux()

/** Goes through the demonstration by Enter, and returns all that stood in the window. */
async function through(options: WindowOptions): Promise<string> {
  const { window, learn } = await demo(options, { args: '--help' })
  await window.sees('Exit status')
  learn()
  for (let turn = 0; turn < 40; turn++) {
    await window.sees(/(Enter [a-z ]+.*q quit\s*$)|Your guess: *$|(outer>\s*$)/m)
    const screen = window.screen().trimEnd()
    if (screen.endsWith('outer>')) break
    // A task is not gone on from by Enter.
    const key = screen.slice(screen.lastIndexOf('page ')).includes('looks now') ? 's' : 'Enter'
    window.press(key)
    await window.changes(screen)
  }
  return window.history()
}

describe.skipIf(reason)(`what the screens look like${reason ? ` (${reason})` : ''}`, () => {
  test.each([40, 80, 120])('%i columns: no line of the tour is wider', async (columns) => {
    const all = await through({ columns, rows: 24 })
    expect(all).toContain('What you have proved')
    const wide = all
      .split('\n')
      .filter((line) => width(line) > columns)
      // Commands and what programs print stay whole, so that they can be copied; the shell's own lines are the shell's.
      .filter((line) => !/^outer>|^ {2}[$>] |cooper\.cjs/.test(line))
    expect(wide).toEqual([])
    const longest = Math.max(...all.split('\n').map(width))
    expect(longest).toBeGreaterThanOrEqual(Math.min(columns, 80) - 2)
  })

  test('nothing scrolls away unread: at every stop the text since the last one fits the window', async () => {
    const { window, press } = await demo({ columns: 80, rows: 16 })
    await window.sees(offers.read)
    expect(window.screen()).toContain('demo, page 1 of 6')
    await press('Enter', offers.run)
    expect(window.screen()).toContain('in terminal host')
  })

  test('LANG=C: nothing but ASCII', async () => {
    const all = await through({ env: { LANG: 'C' } })
    expect(all).toMatch(/^ok proved {2}D1/m)
    expect(all).toMatch(/^-- demo, page 1 of 6/m)
    expect(all.replace(/[\x20-\x7e\n]/g, '')).toBe('')
  })

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['TERM=dumb', { TERM: 'dumb' }],
  ])('%s: no colour, and nothing that is drawn over', async (_, env) => {
    const { window, command } = await demo({ env }, { args: '--help' })
    await window.sees('Exit status')
    window.type(
      `script -qec "${command} learn demo" typescript > /dev/null; cat -v typescript; rm typescript`,
    )
    // The keys go through script(1); what was written is in its file.
    await pause()
    window.press('Enter')
    await pause()
    window.press('q')
    await window.sees('Script done')
    const text = window.history().split('Script started')[1] ?? ''
    expect(text).toMatch(/D1|proved/)
    expect(text).not.toContain('^[')
  })
})

const pause = () => new Promise((resolve) => setTimeout(resolve, 1000))

test.skipIf(reason)('with colours there are some', async () => {
  const window = await Window.open()
  window.type(
    'node dist/cooper.cjs doctor > /dev/null; FORCE_COLOR=1 node dist/cooper.cjs doctor | cat -v | head -5',
  )
  await window.sees('^[[32m')
})
