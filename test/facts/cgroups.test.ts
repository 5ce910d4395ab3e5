import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseCgroups } from '../../src/facts/cgroups.ts'
import { cgroups, machine } from '../../src/facts/index.ts'

test('the groups of this process, every line of the file', () => {
  const own = cgroups(machine, process.pid)
  const lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')
  expect(
    own.map(({ controllers, name, path }) =>
      [...controllers, ...(name === undefined ? [] : [`name=${name}`])].join(',').concat(':', path),
    ),
  ).toEqual(lines.map((line) => line.replace(/^\d+:/, '')))
  for (const [index, { version }] of own.entries())
    expect(version).toBe(lines[index]!.startsWith('0::') ? 2 : 1)
})

test('either version, controllers that share a tree, a tree with a name, and paths with colons', () => {
  const text = [
    '12:cpu,cpuacct:/docker/4c10',
    '9:name=systemd:/user.slice/a:b',
    '1:misc:/../elsewhere',
    '0::/system.slice/x.service (deleted)',
    '',
  ].join('\n')
  expect(parseCgroups(text)).toEqual([
    { version: 1, controllers: ['cpu', 'cpuacct'], path: '/docker/4c10' },
    { version: 1, controllers: [], name: 'systemd', path: '/user.slice/a:b' },
    { version: 1, controllers: ['misc'], path: '/../elsewhere' },
    { version: 2, controllers: [], path: '/system.slice/x.service (deleted)' },
  ])
})

test('a process that is gone is in none', () => {
  expect(cgroups(machine, spawnSync('true').pid)).toEqual([])
})
