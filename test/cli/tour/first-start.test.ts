import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { family, left } from '../../support/bench.ts'
import { project } from '../../support/project.ts'
import { noTmux, Window } from '../../support/tmux.ts'

const reason = noTmux()

describe.skipIf(reason)(`the first start${reason ? ` (${reason})` : ''}`, () => {
  test('within a minute a container is born, and the first claim is ticked', async () => {
    const window = await Window.open()
    const began = Date.now()
    window.type('node dist/cooper.cjs')
    await window.sees('Enter makes one now')
    expect(window.screen()).not.toContain('born')
    window.press('Enter')
    await window.sees(/proved +P1 +Each PID namespace has its own process 1\./)
    expect(Date.now() - began).toBeLessThan(60_000)
    // Each call with its microseconds, from the clone to the name.
    await window.sees(/^You are PID 1\..*\n\$$/m)
    const screen = window.screen()
    expect(screen).toMatch(/^born +clone\(CLONE_NEWPID.* \d+ µs$/m)
    expect(screen).toMatch(/^settle +sethostname\("box", 3\) +\d+ µs$/m)
    expect(screen).toMatch(/^ +and \d+ more: the way in, and a terminal +\d+ µs$/m)
    expect(screen).toMatch(/saw +the shell is number \d+ on the host, 1 inside$/m)
    // All of it, from the first sentence to the prompt, is in the window of 80 by 24.
    expect(screen).toMatch(/^Cooperage: /m)
    expect(window.title).toBe('terminal box')
    const pids = await family(window.state)
    expect(pids.length).toBeGreaterThan(3)

    await window.sees(/^\$$/m)
    window.type('echo I am $$, called $(uname -n)')
    await window.sees('I am 1, called box')
    window.type('exit')
    await window.sees('That was a container; the lessons make every line yours.')
    await window.sees(/00 A container is a process.*\n.*01 A process of its own/)
    expect(await left(window.state, pids)).toEqual([])

    window.press('q')
    expect(await window.status()).toBe(0)
    expect(existsSync(join(window.state, 'cooperage/progress.json'))).toBe(true)
    window.clear()
    window.type('node dist/cooper.cjs')
    await window.sees('Which lesson?')
    expect(window.screen()).not.toContain('makes one now')
  })

  test('who quits before has not started', async () => {
    const window = await Window.open()
    for (const key of ['q', 'C-c', 'C-d']) {
      window.clear()
      window.type('node dist/cooper.cjs')
      await window.sees('q quit')
      window.press(key)
      expect(await window.status()).toBe(key === 'C-c' ? 130 : 0)
    }
    expect(existsSync(join(window.state, 'cooperage/progress.json'))).toBe(false)
  })

  test('Ctrl-C in the shell is for the shell, and Ctrl-D ends it', async () => {
    const window = await Window.open()
    window.type('node dist/cooper.cjs')
    await window.sees('Enter makes one')
    window.press('Enter')
    await window.sees(/^\$$/m)
    window.type('sleep 1000; echo woken early')
    // A Ctrl-C before the shell has read the line would only take the line away.
    await new Promise((resolve) => setTimeout(resolve, 500))
    window.press('C-c')
    window.type('echo still here as $$')
    await window.sees(/^still here as 1$/m)
    window.press('C-d')
    await window.sees('Which lesson?')
  })
})

describe.skipIf(reason)('the menu', () => {
  async function open(): Promise<Window> {
    const window = await Window.open({ rows: 40 })
    window.type(`mkdir -p "$XDG_STATE_HOME/cooperage"`)
    window.type(
      `echo '{"format_version":1,"started":"2026","lessons":{}}' > "$XDG_STATE_HOME/cooperage/progress.json"`,
    )
    window.clear()
    window.type('ACCESSIBLE=1 node dist/cooper.cjs')
    await window.sees('Which lesson?')
    return window
  }

  test('a lesson by its number, its name, or by Enter; back in the menu afterwards', async () => {
    const window = await open()
    for (const [answer, page] of [
      ['1', 'pid, page 1'],
      ['pid', 'pid, page 1'],
      ['', 'process, page 1'],
    ] as const) {
      window.type(answer)
      await window.sees(page)
      window.press('q')
      await window.sees('Your place is kept')
      await window.sees(/Which lesson\?\s*$/)
      window.clear()
    }
    const progress = JSON.parse(readFileSync(join(window.state, 'cooperage/progress.json'), 'utf8'))
    expect(Object.keys(progress.lessons).sort()).toEqual(['pid', 'process'])
    expect(progress.started).toBe('2026')
  })

  test('the end of a lesson is read before the menu comes back', async () => {
    const window = await Window.open({ rows: 40 })
    const begun = '{"demo":{"next":"sleeper","proved":[],"tasks":[]}}'
    window.type(`mkdir -p "$XDG_STATE_HOME/cooperage"`)
    window.type(
      `echo '{"format_version":1,"started":"2026","lessons":${begun}}' > "$XDG_STATE_HOME/cooperage/progress.json"`,
    )
    window.type(`ACCESSIBLE=1 node ${project(['00-demo'])}/dist/cooper.cjs`)
    await window.sees('Which lesson?')
    window.type('demo')
    await window.sees('h hint')
    window.press('s')
    await window.sees('That was all of it')
    window.press('Enter')
    await window.sees(/What you have proved[\s\S]*Enter goes back to the menu/)
    window.clear()
    window.press('Enter')
    await window.sees(/A demonstration \(done, 0 of 2 claims proved\)[\s\S]*Which lesson\?\s*$/)
  })

  test('as a list to choose from; Ctrl-C there ends it, and the terminal is sane', async () => {
    const window = await Window.open({ rows: 40 })
    window.type(`mkdir -p "$XDG_STATE_HOME/cooperage"`)
    window.type(
      `echo '{"format_version":1,"started":"2026","lessons":{}}' > "$XDG_STATE_HOME/cooperage/progress.json"`,
    )
    window.clear()
    window.type('node dist/cooper.cjs')
    await window.sees('Which lesson?')
    window.press('Down')
    window.press('Enter')
    await window.sees('pid, page 1')
    window.press('q')
    await window.sees('Your place is kept')
    await window.sees('Quit')
    window.press('C-c')
    expect(await window.status()).toBe(130)
    window.clear()
    window.type('node dist/cooper.cjs')
    await window.sees('Which lesson?')
    // The list goes round: one up from the first is Quit.
    window.press('Up')
    window.press('Enter')
    expect(await window.status()).toBe(0)
  })

  test('an answer like none is answered with what could be typed', async () => {
    const window = await open()
    window.type('proces')
    await window.sees("There is no lesson 'proces'. Did you mean 00, process?")
    await window.sees(/Which lesson\?\s*$/)
    window.type('99')
    await window.sees(/There is no lesson '99'\. There is: 00 process, 01 pid, /)
    await window.sees(/Which lesson\?\s*$/)
    window.press('C-c')
    expect(await window.status()).toBe(130)
  })

  test('doctor is read window by window, and leads back', async () => {
    const window = await open()
    window.resize(80, 24)
    window.clear()
    window.type('d')
    await window.sees('Enter reads on')
    expect(window.screen()).toContain('kernel:')
    for (let more = 0; more < 9 && !window.screen().includes('goes back'); more++) {
      window.clear()
      window.press('Enter')
      await window.sees(/Enter (reads on|goes back to the menu)/)
    }
    expect(window.screen()).toMatch(/The lessons run here|cannot run before/)
    window.press('Enter')
    await window.sees(/Which lesson\?\s*$/)
    window.type('q')
    expect(await window.status()).toBe(0)
  })
})
