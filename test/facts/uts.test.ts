import { hostname, release } from 'node:os'
import { expect, test } from 'vitest'
import { machine, processes, uts, viewOf } from '../../src/facts/index.ts'
import { box, until } from './box.ts'

test('the names of another namespace, read in it; the release is everybody’s', async () => {
  const { run, holder } = await box()
  await run('hostname cask; domainname cellar')
  const names = { hostname: 'cask', domainname: 'cellar', release: release() }
  expect(await uts(viewOf(holder), 1)).toEqual(names)
  expect(await uts(machine, holder)).toEqual(names)
  // Reading did not take us there.
  expect(await uts(machine, process.pid)).toMatchObject({ hostname: hostname(), release: release() })
})

test('a namespace below the box’s own users', async () => {
  const { run, holder } = await box()
  const line = 'unshare --user --map-root-user --uts bash -c "hostname deep; exec sleep 1000"'
  await run(`${line} > /dev/null & sleep 0`)
  const view = viewOf(holder)
  const { pid } = await until(() => processes(view).find((one) => one.name === 'sleep'))
  expect((await uts(view, pid))?.hostname).toBe('deep')
})

test('undefined for a process that is gone', async () => {
  expect(await uts(machine, 4_000_000)).toBeUndefined()
})
