import { describe, expect, test } from 'vitest'
import { noTmux } from '../../support/tmux.ts'
import { demo, offers } from './demo.ts'

const reason = noTmux()

describe.skipIf(reason)(`a lesson, page by page${reason ? ` (${reason})` : ''}`, () => {
  test('by Enter, from the first page to what was proved', async () => {
    const { window, press, progress } = await demo({ rows: 60 })
    await window.sees(offers.run)
    expect(window.screen()).toMatch(/^── demo, page 1 of 6, about 1 min ─+$/m)
    expect(window.screen()).toMatch(/^ {2}in terminal host\n {2}\$ echo \$\$\n/m)

    await press('Enter', offers.go)
    expect(window.screen()).toMatch(/\$ echo \$\$\n {2}(\d+)\n {2}\$ echo again \$\$\n {2}again \1\n/)
    expect(window.screen()).toMatch(
      /✓ proved {2}D1 .*\n {2}expected +bash\n {2}saw +bash\n {2}why +It is in the/,
    )
    expect(progress()).toEqual({ next: 'rename', proved: ['D1'], tasks: [] })

    await press('Enter', 'Your guess')
    window.type('I say host')
    await window.sees('unshare --uts bash')
    await press('Enter', offers.go)
    expect(window.screen()).toMatch(/what it changed in the kernel\n {2}\+ +new uts namespace \d+/)
    expect(window.screen()).toContain('You guessed: I say host')
    expect(window.screen()).toMatch(/✓ proved {2}D2 /)

    await press('Enter', offers.run)
    await press('Enter', offers.go)
    await press('Enter', 'h hint (2 left)')
    expect(window.screen()).toMatch(/cooper\.cjs shell host/)
    await press('h', 'h hint (1 left)')
    expect(window.screen()).toContain('1. Which program waits')
    await press('h', 's skip')
    expect(window.screen()).toMatch(/2\. An & gives/)
    expect(window.screen()).not.toContain('hint (')
    await press('Enter', /✗ not yet {2}sleeper\n {2}expected .*\n {2}saw +none\n {2}why +Nobody/)
    await press('s', 'That was all of it')
    await press('Enter', /✓ D1 .*\n✓ D2 /)
    expect(window.screen()).toContain('You did 0 of 1 tasks.')
    expect(await window.status()).toBe(0)
    expect(progress()).toMatchObject({ proved: ['D1', 'D2'], tasks: [] })
    expect(progress().finished).toMatch(/^\d{4}-/)
    expect(progress().next).toBeUndefined()
  })

  test('typed by hand: corrected, from the history, and in two goes', async () => {
    const { window, press } = await demo({ rows: 40 })
    await window.sees(offers.run)
    await press('t', /You are in terminal host now[^$]*\$$/m)
    window.type('echo $$')
    await window.sees(/^\d+$/m)
    await press('C-]', 'Seen so far: 1 of its 2 commands')
    await press('t', /^\$$/m)
    window.type('echo agean $$')
    await window.sees(/^agean \d+$/m)
    window.press('Up', ...Array<string>(4).fill('Left'), 'BSpace', 'BSpace', 'a', 'i', 'Enter')
    await window.sees(/^again \d+$/m)
    await press('C-]', /✓ proved {2}D1/)

    await press('Enter', 'Your guess')
    window.press('Enter')
    await window.sees(offers.run)
    await press('t', 'You are in terminal box now')
    // Commands that print nothing are known by what was typed.
    window.press('x', 'BSpace')
    window.type('unshare --uts bash')
    window.type('hostname demo')
    window.type('uname -n')
    await window.sees(/^demo$/m)
    await press('C-]', /✓ proved {2}D2/)
    expect(window.screen()).toMatch(/new uts namespace/)
  })

  test('a capture that has no value yet is explained to who types it', async () => {
    const change = (text: string) => text.replace('$ echo again $$', '$ echo again <shell>')
    const { window, press } = await demo({ rows: 40 }, { change })
    await window.sees(offers.run)
    expect(window.screen()).toMatch(/\$ echo again <shell>\n {2}<shell> stands for what is printed before: /)
    await press('Enter', offers.go)
    expect(window.screen()).not.toContain('stands for')
  })

  test('a step whose box is gone says what has ended', async () => {
    const { window, press } = await demo({ rows: 50 }, { args: '--from after' })
    await window.sees(offers.run)
    await press('t', /^\$$/m)
    window.type('exit')
    await window.sees(/^exit\n\$$/m)
    await press('C-]', /Ended meanwhile: \d+ \(bash\)\./)
    await window.sees('Nothing of the step was seen')
    await press('Enter', 'Enter runs it again')
    expect(window.screen()).toMatch(/✗ differs[\s\S]*Ended since the last step that worked: \d+ \(bash\)\./)
  })

  test('while one types in a terminal of the lesson, the title of the window says which', async () => {
    const { window, press } = await demo()
    const before = window.title
    await window.sees(offers.run)
    await press('t', /^\$$/m)
    expect(window.title).toBe('terminal host')
    await press('C-]', 'Back in the tour')
    expect(window.title).toBe(before)
  })

  test('a task for two terminals offers both', async () => {
    const change = (text: string) =>
      text.replace(
        '```console role=solve',
        '```console role=solve on=box\n$ true\n```\n\n```console role=solve',
      )
    const { window, press } = await demo({ rows: 40 }, { args: '--from sleeper', change })
    await window.sees(/t type in terminal box · o in terminal host/)
    expect(window.screen()).toMatch(/cooper\.cjs\s+shell box[\s\S]*cooper\.cjs\s+shell host/)
    await press('o', 'You are in terminal host now')
    window.type('sleep 4711 &')
    await window.sees(/\[1\]/)
    await press('C-]', /✓ done {2}sleeper/)
  })

  test('what was typed in part is finished by Enter, once', async () => {
    const { window, press } = await demo({ rows: 40 }, { args: '--from rename' })
    await window.sees('Your guess')
    window.press('Enter')
    await window.sees(offers.run)
    await press('t', /^\$$/m)
    window.type('unshare --uts bash')
    await window.sees(/^\$ unshare.*\n\$$/m)
    await press('C-]', 'Seen so far: 1 of its 3 commands')
    await press('Enter', /✓ proved {2}D2/)
    expect(window.screen()).not.toContain('unshare --uts')
    await press('Enter', offers.run)
    await press('t', /^\$$/m)
    window.type('exit')
    window.type('uname -n')
    await window.sees(/^workbench$/m)
    await press('C-]', 'Nothing of the step was seen')
  })

  test('a task turns green by itself, while somebody types in another window', async () => {
    const { window, command, press, progress } = await demo({ rows: 40 }, { args: '--from sleeper' })
    await window.sees('h hint (2 left)')
    const other = await window.another()
    other.type(`${command} shell`)
    await other.sees(/^\$$/m)
    other.type('sleep 4711 &')
    await window.sees(/✓ done {2}sleeper\n {2}expected .*\n {2}saw +process \d+/)
    await window.sees(offers.go)
    expect(progress().tasks).toEqual(['sleeper'])
    other.type('exit')
    expect(await other.status()).toBe(0)
    await press('Enter', 'That was all of it')
  })

  test('a task in the same window', async () => {
    const { window, press } = await demo({ rows: 40 }, { args: '--from sleeper' })
    await window.sees('h hint')
    await press('t', /^\$$/m)
    window.type('sleep 4711 &')
    await window.sees(/\[1\]/)
    await press('C-]', /✓ done {2}sleeper/)
  })
})
