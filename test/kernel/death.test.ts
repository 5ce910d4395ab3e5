import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { alive, within } from '../support/child.ts'
import { otherNode } from '../support/node.ts'

const isRoot = process.getuid!() === 0

/** Lets a Node make children, kills it, and says which of them are left two seconds later. */
async function left(scene: string, count: number, ...args: string[]): Promise<number[]> {
  const node = otherNode('parent.ts', [scene, ...args])
  let pids: number[] = []
  try {
    await node.says('ready')
    pids = [...node.printed().matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid))
    expect(pids.length, node.printed()).toBeGreaterThanOrEqual(count)
    expect(pids.filter(alive)).toEqual(pids)
  } finally {
    await node.kill()
  }
  await within(2000, () => !pids.some(alive))
  return pids.filter(alive)
}

describe.concurrent('a child dies with its parent, killed with SIGKILL', () => {
  test('while it waits to be let go', async ({ expect }) => {
    expect(await left('waiting', 2)).toEqual([])
  })

  test('in the middle of a call that takes long', async ({ expect }) => {
    const dir = mkdtempSync(join(tmpdir(), 'cooper-test-'))
    execFileSync('mkfifo', [join(dir, 'pipe')])
    const remaining = await left('calling', 2, join(dir, 'pipe'))
    rmSync(dir, { recursive: true })
    expect(remaining).toEqual([])
  })

  test('when its program runs, with namespaces and without', async ({ expect }) => {
    expect(await left('running', 2)).toEqual([])
  })

  test('although a change of credentials makes the kernel forget the wish', async ({ expect }) => {
    expect(await left('changed', 1)).toEqual([])
  })

  test.skipIf(!isRoot)('although it is another user now (needs root: to become one)', async ({ expect }) => {
    expect(await left('root', 1)).toEqual([])
  })

  test('when it was made by a child', async ({ expect }) => {
    expect(await left('nested', 1)).toEqual([])
  })

  test('with all its descendants, when it was their process 1', async ({ expect }) => {
    expect(await left('family', 5)).toEqual([])
  })

  test('with all its descendants, when it is their init without a namespace', async ({ expect }) => {
    expect(await left('adopted', 6)).toEqual([])
  })
})
