import { describe, expect, test } from 'vitest'
import { noTmux, Window, type WindowOptions } from '../../support/tmux.ts'
import { demo } from './demo.ts'

const reason = noTmux()
const goesOn = /(q quit|Your guess:)\s*$/

/** Goes through the lesson by Enter from a step, until this stands in the window; returns each screen on the way. */
async function until(text: string | RegExp, from: string, options: WindowOptions = {}): Promise<string[]> {
  const window = await Window.open(options)
  window.type(`node dist/cooper.cjs learn net --from ${from}`)
  const screens: string[] = []
  for (let turn = 0; turn < 40; turn++) {
    await window.sees(goesOn, 20_000)
    const screen = window.screen().trimEnd()
    screens.push(screen)
    if (screen.search(text) >= 0) return screens
    window.press('Enter')
    await window.changes(screen, 20_000)
  }
  throw new Error(`never: ${text}\n${screens.join('\n=====\n')}`)
}

describe.skipIf(reason)(`the network is drawn${reason ? ` (${reason})` : ''}`, () => {
  test('80x24: before and after the first step that changes it, then what each one made of it', async () => {
    const screens = await until(/~ eth0 up/, 'own')
    const all = screens.join('\n')
    // The namespace of the box alone was no reason to draw.
    expect(all.indexOf('the network')).toBeGreaterThan(all.indexOf('ip link set lo up'))
    expect(all.split('the network before')).toHaveLength(2)
    const first = screens.find((screen) => screen.includes('the network before'))!
    expect(first).toMatch(/^│ {3}lo up {3}127\.0\.0\.1\/8 +│ {12}│ {3}lo down +│$/m)
    expect(first).toMatch(/^the network now {2}~ changed\n┌ host ─+┐ {12}┌ box: bash \(\d+\) ─+┐$/m)
    expect(first).toMatch(/^│ {3}lo up {3}127\.0\.0\.1\/8 +│ {12}│ ~ lo up {3}127\.0\.0\.1\/8 +│$/m)
    const laid = screens.find((screen) => screen.includes('+ uplink down'))!
    expect(laid).toMatch(/^│ \+ uplink down +├ no carrier ┤ \+ eth0 down +│$/m)
    expect(screens.at(-1)).toMatch(
      /^│ {3}uplink up {3}192\.0\.2\.1\/24 +├─{12}┤ ~ eth0 up {3}192\.0\.2\.80\/24 │$/m,
    )
    // A drawing is never torn.
    for (const screen of screens) {
      const drawing = screen.split(/^the network now.*$/m)[1]?.split('\n\n')[0] ?? ''
      expect(drawing.split('┌').length, screen).toBe(drawing.split('└').length)
    }
  })

  test('ACCESSIBLE and narrow windows: in words', async () => {
    const heard = (await until(/^the network now/m, 'plug', { env: { ACCESSIBLE: '1' } })).at(-1)!
    expect(heard).toMatch(/^ {2}port1: new, up, plugged into switch; cable to eth0 in box, no carrier$/m)
    expect(heard).toMatch(/^As before: world\.$/m)
    expect(heard).not.toMatch(/[┌├]/)
    const narrow = (await until(/^the network now/m, 'plug', { columns: 50, rows: 40 })).at(-1)!
    expect(narrow).toMatch(/^ {2}port1: new, up, plugged into switch;/m)
  })

  test('of any lesson, also where nobody is asked; without colour, in ASCII', async () => {
    const change = (text: string) => text.replace('echo again', 'ip link add v0 type veth; echo again')
    const { window } = await demo({ rows: 60, env: { LANG: 'C', NO_COLOR: '1' } }, { args: '--yes', change })
    await window.sees('What you have proved')
    expect(window.history()).toMatch(/^the network before\n\. host -+\.\n\| {3}lo +up +127\.0\.0\.1\/8 +\|$/m)
    expect(window.history()).toMatch(/^\| \+ v0 +down to veth0 +\|$/m)
    expect(window.history()).toMatch(/^\| \+ veth0 +down to v0 +\|$/m)
  })
})
