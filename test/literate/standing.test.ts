import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { type Bench, machine, process as processOf } from '../../src/facts/index.ts'
import { Standing } from '../../src/literate/index.ts'

function sleep(): ChildProcess {
  const child = spawn('sleep', ['1001'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

test('who has ended since is named, and nobody else', async () => {
  const [one, other] = [sleep(), sleep()]
  await Promise.all([one, other].map((child) => once(child, 'spawn')))
  const bench = {
    processes: () => [one, other].flatMap(({ pid }) => processOf(machine, pid!) ?? []),
  } as Bench
  const standing = new Standing()
  expect(standing.ended(bench)).toEqual([])
  standing.note(bench)
  expect(standing.ended(bench)).toEqual([])
  one.kill('SIGKILL')
  await once(one, 'exit')
  expect(standing.ended(bench)).toEqual([`${one.pid} (sleep 1001)`])
  standing.note(bench)
  expect(standing.ended(bench)).toEqual([])
})
