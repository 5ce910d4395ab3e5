import { expect, test } from 'vitest'
import { changes, type Mount, snapshot, viewOf } from '../../../src/facts/index.ts'
import { box, until } from '../box.ts'
import { runs } from './told.ts'

test('no time, no change; and a snapshot is plain data', async () => {
  const { holder } = await box()
  const seen = await snapshot(viewOf(holder))
  expect(changes(seen, structuredClone(seen))).toEqual([])
  expect(changes(seen, JSON.parse(JSON.stringify(seen)))).toEqual([])
  expect(seen.processes.map((one) => one.name)).toEqual(['bash'])
  expect(
    Object.values(seen.mounts)
      .flat()
      .map((mount: Mount) => mount.at),
  ).toContain('/proc')
})

test('order: namespaces, processes, mounts', async () => {
  const bench = await box()
  const view = viewOf(bench.holder)
  const before = await snapshot(view)
  await bench.run('unshare -m -n --mount-proc sleep 1000 &')
  await until(() => runs('sleep')(view) || undefined)
  expect(changes(before, await snapshot(view)).map(({ kind }) => kind)).toEqual([
    'namespace',
    'process',
    'mount',
  ])
})

test('a snapshot of 60 processes takes milliseconds', async () => {
  const bench = await box()
  const view = viewOf(bench.holder)
  await bench.run('for i in $(seq 59); do sleep 1000 & done 2> /dev/null')
  await until(() => runs('sleep', 59)(view) || undefined)
  const times: number[] = []
  for (let nth = 0; nth < 10; nth++) {
    const start = performance.now()
    expect((await snapshot(view)).processes).toHaveLength(60)
    times.push(performance.now() - start)
  }
  // The best of ten, for this machine may be busy. Who is not root sends a child into the network namespaces.
  expect(Math.min(...times)).toBeLessThan(process.geteuid?.() === 0 ? 20 : 50)
})
