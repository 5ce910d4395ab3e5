import { copyFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { machine, processes, snapshot, viewOf } from '../../../src/facts/index.ts'
import { folder } from '../../support/folder.ts'
import { box, until } from '../box.ts'
import { named, runs, texts, told, waiting } from './told.ts'

describe('processes', () => {
  test('new, and gone', async () => {
    const bench = await box()
    const [text, ...rest] = await told(bench, 'sleep 1000 &', runs('sleep'))
    const { pid } = named(viewOf(bench.holder), 'sleep')
    expect([text, rest]).toEqual([`new process ${pid} (sleep 1000)`, []])
    expect(await told(bench, `kill ${pid}; wait ${pid} || true`)).toEqual([
      `gone: process ${pid} (sleep 1000)`,
    ])
  })

  test('what exec made of one', async () => {
    const bench = await box()
    const { pid, go } = await waiting(bench, 'exec sleep 1000')
    const found = await told(bench, go, runs('sleep'))
    expect(found).toEqual([
      expect.stringMatching(`^process ${pid} is now sleep 1000; it was bash -c read < .*…$`),
    ])
  })

  test('a name and a number from another namespace are not the same process', async () => {
    const [before, after] = [await snapshot(machine), await snapshot(machine)]
    const self = after.processes.find((one) => one.pid === process.pid)!
    self.started += 1
    const mine = texts(before, after).filter((text) => text.includes(`${process.pid} (`))
    expect(mine).toEqual([
      expect.stringMatching(`^gone: process ${process.pid} `),
      expect.stringMatching(`^new process ${process.pid} `),
    ])
  })

  test('an orphan is adopted; a zombie waits', async () => {
    const bench = await box()
    await bench.run("bash -c 'sleep 1000 & wait' &")
    const view = viewOf(bench.holder)
    const orphan = await until(() => processes(view).find((one) => one.name === 'sleep'))
    const found = await told(bench, `kill -9 ${orphan.ppid}; wait ${orphan.ppid} || true`)
    expect(found).toEqual([
      `gone: process ${orphan.ppid} (bash -c sleep 1000 & wait)`,
      `process ${orphan.pid} (sleep 1000) was adopted by bash (1)`,
    ])

    await bench.run("bash -c 'sleep 2000 & exec sleep 3000' &")
    const child = await until(() => processes(view).find((one) => one.command[1] === '2000'))
    await until(() => processes(view).find((one) => one.command[1] === '3000'))
    const ended = await told(bench, `kill ${child.pid}`, (at) =>
      processes(at).some((one) => one.state === 'Z'),
    )
    expect(ended).toEqual([`process ${child.pid} (sleep 2000) has ended and waits to be reaped: a zombie`])
  })

  test('a hostile name stays on its line', async () => {
    const bench = await box()
    const file = `${folder()}/a\u001b[31m\nb`
    copyFileSync('/bin/sleep', file)
    const found = await told(
      bench,
      `$'${file.replace('\n', '\\n')}' 1000 &`,
      (view) => processes(view).length === 2,
    )
    expect(found).toHaveLength(1)
    expect(found[0]).not.toMatch(/[\u0000-\u001f]/)
  })

  test('a new root', async () => {
    const bench = await box()
    const dir = folder()
    await bench.run(`mount --rbind / ${dir}`)
    const [text, ...rest] = await told(bench, `chroot ${dir} sleep 1000 &`, runs('sleep'))
    expect(rest).toEqual([])
    expect(text).toMatch(new RegExp(`^new process \\d+ \\(sleep 1000\\), with its root at ${dir}$`))
  })
})
