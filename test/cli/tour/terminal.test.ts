import { describe, expect, test } from 'vitest'
import { family, left, running } from '../../support/bench.ts'
import { noTmux, type Window } from '../../support/tmux.ts'
import { demo, offers } from './demo.ts'

const reason = noTmux()

/** The settings of the window's terminal, cursor and all. */
async function settings(window: Window): Promise<string> {
  window.clear()
  window.type('stty -a; echo done')
  await window.sees(/^done$/m)
  return window.screen().slice(window.screen().indexOf('speed'), window.screen().indexOf('done'))
}

/** How to get to each kind of prompt of a lesson, and what stands there. */
const prompts: [name: string, way: (demonstration: Awaited<ReturnType<typeof demo>>) => Promise<void>][] = [
  ['a step', async ({ window }) => window.sees(offers.run)],
  [
    'the end of a page',
    async ({ window, press }) => {
      await window.sees(offers.run)
      await press('Enter', offers.go)
    },
  ],
  [
    'a guess',
    async ({ window, press }) => {
      await window.sees(offers.run)
      await press('s', 'Your guess')
    },
  ],
  [
    'a long page',
    async ({ window, press }) => {
      await window.sees(offers.run)
      await press('s', 'Your guess')
      window.press('Enter')
      await window.sees(offers.run)
      await press('s', offers.read)
    },
  ],
]

describe.skipIf(reason)(`the learner's terminal${reason ? ` (${reason})` : ''}`, () => {
  test.each(prompts)('Ctrl-C at %s: as it was before, and the workbench gone', async (_, way) => {
    const demonstration = await demo({}, { args: '' })
    const { window } = demonstration
    await way(demonstration)
    const pids = await family(window.state)
    expect(pids.length).toBeGreaterThan(0)
    window.press('C-c')
    expect(await window.status()).toBe(130)
    expect(window.history()).toContain('Your place is kept')
    expect(await left(window.state, pids)).toEqual([])
    expect(window.cursorShown).toBe(true)
    const fresh = await window.another()
    expect(await settings(window)).toBe(await settings(fresh))
  })

  test('Ctrl-C at a task, and while the way to it is gone again', async () => {
    const { window, learn } = await demo({}, { args: '--from sleeper' })
    await window.sees('h hint')
    const pids = await family(window.state)
    window.press('C-c')
    expect(await window.status()).toBe(130)
    expect(await left(window.state, pids)).toEqual([])
    learn()
    await window.sees('Going on')
    window.press('C-c')
    expect(await window.status()).toBe(130)
    expect(await left(window.state, [])).toEqual([])
  })

  test('Ctrl-C while a step runs ends the lesson; keys pressed meanwhile turn no page', async () => {
    const change = (text: string) => text.replace('echo again', 'sleep 3; echo again')
    const { window, learn } = await demo({ rows: 50 }, { change })
    await window.sees(offers.run)
    window.press('Enter')
    const pids = await family(window.state)
    window.press('Enter', 'Enter', 's', 'x')
    await window.sees(offers.go)
    expect(window.screen()).toContain('page 1 of 6')
    window.press('q')
    await window.status()
    expect(await left(window.state, pids)).toEqual([])

    learn('--restart')
    await window.sees(offers.run)
    window.press('Enter')
    const again = await family(window.state)
    window.press('C-c')
    expect(await window.status()).toBe(130)
    expect(await left(window.state, again)).toEqual([])
  })

  test('Ctrl-C, Ctrl-Z and Ctrl-\\ in a terminal of the lesson are for the programs there', async () => {
    const { window, press } = await demo()
    await window.sees(offers.run)
    await press('t', /^\$$/m)
    window.type('sleep 1000')
    await running(window.state, 'sleep 1000')
    window.press('C-z')
    await window.sees(/\[1\]\+ +Stopped/)
    window.type('fg')
    await window.sees(/^sleep 1000$/m)
    window.press('C-c')
    window.type('sleep 2000')
    await running(window.state, 'sleep 2000')
    window.press('C-\\')
    await window.sees(/Quit/)
    await press('C-]', 'Back in the tour')
    await window.sees(offers.run)
  })

  test('the size of the window arrives inside, also when it changes', async () => {
    const { window, press } = await demo({ columns: 100, rows: 30 })
    await window.sees(offers.run)
    await press('t', /^\$$/m)
    window.type('stty size; trap "stty size" WINCH')
    await window.sees(/^30 100$/m)
    window.resize(61, 20)
    await window.sees(/20 61$/m)
    await press('C-]', 'Back in the tour')
    // Steps are made for one size, whatever the window has.
    await press('t', 'You are in')
    await window.sees(/24 80$/m)
  })

  test('a shell that was ended is opened again', async () => {
    const { window, press } = await demo({ rows: 40 })
    await window.sees(offers.run)
    await press('t', /^\$$/m)
    window.type('sleep 1000 & exit')
    await window.sees('That shell has ended')
    await press('Enter', /again \d+/)
    await window.sees(/✓ proved {2}D1/)
  })

  test('a window that is closed takes the workbench with it', async () => {
    const { window } = await demo()
    await window.sees(offers.run)
    const pids = await family(window.state)
    await window.another()
    window.close()
    expect(await left(window.state, pids)).toEqual([])
  })
})
