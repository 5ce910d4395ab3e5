import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { machine, process as processOf } from '../../src/facts/index.ts'
import { clean } from '../../src/workbench/index.ts'
import { alive, within } from '../support/child.ts'
import { otherNode } from '../support/node.ts'

const listed = (path: string) => readdirSync(path).filter((name) => !name.startsWith('cooper-test-'))

function machineNow() {
  return {
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    links: Object.keys(networkInterfaces()),
    shared: listed('/dev/shm'),
  }
}

/** Kills a Node with an open workbench; gives back what is left of it two seconds later. */
async function killed(): Promise<{ processes: string[]; pages: string[]; after: string[] }> {
  const state = mkdtempSync(join(tmpdir(), 'cooper-test-'))
  const node = otherNode('holder.ts', [], { XDG_STATE_HOME: state })
  try {
    await node.says('ready')
    const inside = [...node.printed().matchAll(/^pid (\d+) (\d+)$/gm)].map(([, pid, started]) => ({
      pid: Number(pid),
      started: Number(started),
    }))
    // The init, three inhabitants, two shells, and what was started in them.
    expect(inside.length, node.printed()).toBeGreaterThan(12)
    expect(inside.filter(({ pid }) => !alive(pid))).toEqual([])
    await node.kill()
    const still = () =>
      inside.filter(({ pid, started }) => alive(pid) && processOf(machine, pid)?.started === started)
    await within(2000, () => still().length === 0)
    const processes = still().map(({ pid }) => processOf(machine, pid)?.name ?? '')
    const ledger = join(state, 'cooperage', 'ledger')
    const pages = readdirSync(ledger)
    await cleanIn(state)
    return { processes, pages, after: readdirSync(ledger) }
  } finally {
    await node.kill()
    rmSync(state, { recursive: true, force: true })
  }
}

/** The state directory is the environment's, and several of these run at once: one clean-up after the other. */
let turn: Promise<unknown> = Promise.resolve()
function cleanIn(state: string): Promise<unknown> {
  turn = turn.then(async () => {
    const before = process.env.XDG_STATE_HOME
    process.env.XDG_STATE_HOME = state
    await clean()
    if (before === undefined) delete process.env.XDG_STATE_HOME
    else process.env.XDG_STATE_HOME = before
  })
  return turn
}

test('cooper killed with SIGKILL: nothing is left of its workbench, twenty times of twenty', async () => {
  const before = machineNow()
  const results: Awaited<ReturnType<typeof killed>>[] = []
  for (let round = 0; round < 5; round++)
    results.push(...(await Promise.all(Array.from({ length: 4 }, () => killed()))))
  expect(results.map(({ processes }) => processes)).toEqual(Array(20).fill([]))
  // One page, which the next start forgets.
  expect(results.map(({ pages }) => pages.length)).toEqual(Array(20).fill(1))
  expect(results.map(({ after }) => after)).toEqual(Array(20).fill([]))
  expect(machineNow()).toEqual(before)
})
