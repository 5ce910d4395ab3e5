import { constants } from 'node:os'
import { describe, expect, test } from 'vitest'
import { family, left, pages } from '../support/bench.ts'
import { within } from '../support/child.ts'
import { cooper, state } from '../support/cooper.ts'
import { project } from '../support/project.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const commands = [
  ['check', 'demo'],
  ['learn', 'demo', '--yes'],
]

describe.each(commands)('%s %s', (...args) => {
  const root = () => project(['00-demo'], (text) => text.replace('echo again', 'sleep 30; echo again'))

  test.each(signals)('%s in the middle: the workbench is gone, exit 128 + n', async (signal) => {
    const home = state()
    let pids: number[] = []
    const told = await cooper(args, {
      root: root(),
      env: { XDG_STATE_HOME: home },
      started: async (child) => {
        pids = await family(home)
        await within(5000, () => Object.keys(pages(home)[0]?.bench?.terminals ?? {}).length > 0)
        child.kill(signal)
        // The shell above or npm may pass the same one on.
        child.kill(signal)
      },
    })
    expect(told).toMatchObject({ status: 128 + constants.signals[signal], signal: null, stderr: '' })
    expect(pids.length).toBeGreaterThan(0)
    expect(await left(home, pids)).toEqual([])
  })
})

test('a signal while the workbench is being made', async () => {
  const root = project(['00-demo'])
  const home = state()
  let hits = 0
  for (let ms = 60; ms <= 1500 && hits < 3; ms += 30) {
    const told = await cooper(['check', 'demo'], {
      root,
      env: { XDG_STATE_HOME: home },
      started: (child) => setTimeout(() => child.kill('SIGTERM'), ms),
    })
    // On a quick machine it was over by then.
    if (told.status === 0) break
    if (told.status === 143) hits++
    // Before it listens there is nothing to end.
    else expect(told).toMatchObject({ status: null, signal: 'SIGTERM' })
    expect(await left(home, [])).toEqual([])
  }
  expect(hits).toBeGreaterThan(0)
})
