import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  allNamespaces,
  machine,
  namespaces,
  namespaceTypes,
  sameNamespace,
  sharedWith,
  viewOf,
} from '../../src/facts/index.ts'
import { box, childOf, itself, start } from './box.ts'

const boxed = ['unshare', '-Urpf', '--mount-proc', '--kill-child', 'sleep', '1000']

test('device and inode are those of stat(2), for every kind the kernel has', () => {
  const own = namespaces(machine, process.pid)
  const links = readdirSync('/proc/self/ns').filter((name) => name !== 'time_for_children')
  expect(Object.keys(own).sort()).toEqual(links.sort())
  for (const [kind, ref] of Object.entries(own)) {
    const { dev, ino } = statSync(`/proc/${process.pid}/ns/${kind}`)
    expect(ref).toEqual({ kind: kind === 'pid_for_children' ? 'pid' : kind, device: dev, inode: ino })
  }
})

test('the same as lsns lists for a process in new namespaces', async () => {
  // Inside, because one process on the machine with a newline in its name is enough for lsns 2.38 to give up.
  const { run, holder } = await box()
  const lines = (await run('lsns -n -o TYPE,NS -p $$')).trim().split('\n')
  const own = namespaces(machine, holder)
  expect(lines.map((line) => line.trim().split(/\s+/)).sort()).toEqual(
    namespaceTypes.flatMap((kind) => (own[kind] ? [[kind, `${own[kind].inode}`]] : [])).sort(),
  )
})

test('sameNamespace tells what was made new from what was inherited', async () => {
  const { pid, ppid } = await start(boxed, childOf('sleep'))
  const [inner, middle, outer] = [pid, ppid, process.pid].map((each) => namespaces(machine, each))
  const differing = (a = inner, b = outer) =>
    namespaceTypes.filter((kind) => !sameNamespace(a![kind], b![kind]))
  expect(differing()).toEqual(['user', 'mnt', 'pid'])
  expect(differing(inner, middle)).toEqual(['pid'])
  // unshare(2) has moved the children of the caller, not the caller.
  expect(sameNamespace(middle!.pid, outer!.pid)).toBe(true)
  expect(sameNamespace(middle!.pid_for_children, inner!.pid)).toBe(true)
  expect(sameNamespace(undefined, undefined)).toBe(false)
})

test('before its first child, the namespace of children is not there', async () => {
  const { pid } = await start(['unshare', '-Urp', 'sleep', '1000'], itself('sleep'))
  const own = namespaces(machine, pid)
  expect(own.pid).toBeDefined()
  expect(own.pid_for_children).toBeUndefined()
})

test('sharedWith names the others in each', async () => {
  const { pid, ppid } = await start(boxed, childOf('sleep'))
  const shared = sharedWith(machine, pid)
  expect(shared.pid).toEqual([])
  expect(shared.mnt).toEqual([ppid])
  expect(shared.user).toEqual([ppid])
  expect(shared.net).toContain(process.pid)
  expect(shared.net).not.toContain(pid)
})

test('allNamespaces groups every process that may be looked at', async () => {
  const { pid, ppid } = await start(boxed, childOf('sleep'))
  const all = allNamespaces(machine)
  const holding = (each: number) => all.filter(({ pids }) => pids.includes(each)).map(({ ref }) => ref)
  for (const each of [pid, ppid, process.pid]) {
    const own = namespaces(machine, each)
    expect(holding(each)).toEqual(namespaceTypes.flatMap((kind) => own[kind] ?? []))
  }
  expect(all.find(({ ref }) => sameNamespace(ref, namespaces(machine, pid).mnt))?.pids).toEqual(
    [ppid, pid].sort((a, b) => a - b),
  )
})

test('the view from inside names the same namespaces', async () => {
  const { holder } = await box()
  expect(namespaces(viewOf(holder), 1)).toEqual(namespaces(machine, holder))
})

test('a process that is gone, or not ours, has none to tell', () => {
  expect(namespaces(machine, spawnSync('true').pid)).toEqual({})
  if (process.getuid!() !== 0) expect(namespaces(machine, 1)).toEqual({})
})
