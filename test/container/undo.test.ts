import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compose, launch, type Piece, resolve } from '../../src/container/index.ts'
import { call } from '../../src/container/piece.ts'
import { type Act, verbOf } from '../../src/kernel/index.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { path } from './run.ts'

test('what is made on the machine is written down before it is made, and can be taken back', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-undo-'))
  try {
    const at = join(dir, 'made')
    const claiming: Piece = {
      name: 'claiming',
      lesson: 'process',
      summary: 'a file on the machine',
      outside: () => true,
      calls: () => [call('claim', 'write', { at, text: 'held\n', create: 0o600 }, 'nobody else may have it')],
    }
    const { box } = resolve({ argv: ['true'], env: { PATH: path }, only: [] }, whoAmI())
    const page: { undo: Act; wasThere: boolean }[] = []
    const { exit, trace } = await launch(compose(box, [claiming]), {
      before: (undo) => page.push({ undo, wasThere: existsSync(at) }),
    })
    await exit
    expect(trace[0]).toMatchObject({ side: 'machine', errno: 0, call: { do: 'write' } })
    expect(page).toEqual([{ undo: { do: 'unlink', args: { at } }, wasThere: false }])
    expect(existsSync(at)).toBe(true)
    const { undo } = page[0]!
    await verbOf(undo).run!(undo.args, { child: 0 })
    expect(existsSync(at)).toBe(false)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('a piece that acts on the machine without saying so is refused, and nothing was done', async () => {
  const at = join(tmpdir(), `cooper-undo-${process.pid}`)
  const silent: Piece = {
    name: 'silent',
    lesson: 'process',
    summary: 'a file on the machine',
    calls: () => [call('claim', 'write', { at, text: 'held\n', create: 0o600 }, 'nobody knows')],
  }
  const { box } = resolve({ argv: ['true'], env: { PATH: path }, only: [] }, whoAmI())
  await expect(launch(compose(box, [silent]))).rejects.toThrow('piece silent: write needs somebody outside')
  expect(existsSync(at)).toBe(false)
})
