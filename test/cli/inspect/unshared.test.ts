import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { namespaceTypes } from '../../../src/facts/index.ts'
import { projectFile } from '../../../src/kernel/index.ts'
import { box, childOf, start } from '../../facts/box.ts'
import { inspected, names, truth } from './inspected.ts'

describe('a process in unshare -Urmpf', () => {
  const argv = ['unshare', '-Urmpf', '--kill-child', 'sleep', '100']

  test('namespaces, numbers and ids are those of /proc', async () => {
    const { pid, ppid } = await start(argv, childOf('sleep'))
    const report = await inspected(pid)
    expect(report.namespaces).toMatchObject(truth(pid))
    expect(namespaceTypes.filter((kind) => report.namespaces[kind]?.shared === false)).toEqual([
      'user',
      'mnt',
      'pid',
    ])
    const [uid, gid] = [process.getuid!(), process.getgid!()]
    expect(report).toMatchObject({
      pid,
      command: ['sleep', '100'],
      numbers: [pid, 1],
      parent: { pid: ppid, name: 'unshare' },
      contained: true,
      user: { inside: 0, insideName: 'root', outside: uid },
      group: { inside: 0, outside: gid },
      links: null,
      unread: [],
    })
    expect(report.ids.capabilities.effective).toHaveLength(
      Number(readFileSync('/proc/sys/kernel/cap_last_cap')) + 1,
    )
    expect(report.cgroups.map(({ path }: { path: string }) => path)).toEqual(
      readFileSync(`/proc/${pid}/cgroup`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.replace(/^\d+:[^:]*:/, '')),
    )
  })

  test('lsns tells the same', async () => {
    // Inside, because one process on the machine with a newline in its name is enough for lsns 2.38 to give up.
    const { run, holder } = await box()
    const lines = (await run('lsns -n -o TYPE,NS -p $$')).trim().split('\n')
    const { namespaces } = await inspected(holder)
    expect(
      Object.entries(namespaces)
        .map(([kind, line]) => `${kind} ${(line as { inode: number }).inode}`)
        .sort(),
    ).toEqual(lines.map((line) => line.trim().split(/\s+/).join(' ')).sort())
  })

  test("its mounts are a copy, its /proc and its root still the machine's, and that is weak", async () => {
    const { pid } = await start(argv, childOf('sleep'))
    const { mounts, weak } = await inspected(pid)
    const count = readFileSync(`/proc/${pid}/mountinfo`, 'utf8').trim().split('\n').length
    expect(mounts.total).toBe(count)
    expect(mounts.lines).toEqual([
      expect.objectContaining({ at: '/', kind: 'root', from: '/', writable: true }),
      expect.objectContaining({ at: '/proc', kind: 'proc', from: '/proc' }),
    ])
    expect(names(weak)).toEqual(
      expect.arrayContaining(['shared-tree', 'machine-proc', 'shared-net', 'shared-ipc', 'no-seccomp']),
    )
    expect(names(weak)).not.toContain('shared-pid')
    expect(names(weak).includes('root-outside')).toBe(process.getuid!() === 0)
    // All its capabilities are worth nothing here.
    expect(names(weak)).not.toContain('privileged')
    expect(names(weak)).not.toContain('shared-uts')
  })

  test('a /proc of its own is seen as that', async () => {
    const { holder } = await box()
    const { mounts, weak } = await inspected(holder)
    const proc = mounts.lines.find(({ at }: { at: string }) => at === '/proc')
    expect(proc).toMatchObject({ kind: 'proc', writable: true })
    expect(proc.from).toBeUndefined()
    expect(names(weak)).not.toContain('machine-proc')
  })
})

test('a mount that would appear on the machine', () => {
  const script = `
    mount --make-rshared /
    for propagation in unchanged private; do
      unshare -m --propagation $propagation sleep 1000 & P=$!
      while [ "$(readlink /proc/$P/ns/mnt)" = "$(readlink /proc/self/ns/mnt)" ]; do sleep 0.01; done
      until [ "$(cat /proc/$P/comm)" = sleep ]; do sleep 0.01; done
      node ${JSON.stringify(projectFile('dist/cooper.cjs'))} inspect $P --json; echo =====
    done`
  const printed = execFileSync('unshare', ['-Urmpf', '--mount-proc', '--kill-child', 'bash', '-c', script])
  const [open, closed] = printed
    .toString()
    .split('=====\n', 2)
    .map((text) => JSON.parse(text).weak)
  expect(open.find(({ name }: { name: string }) => name === 'propagation').says).toMatch(
    /^what it mounts below \/.* appears on the machine$/,
  )
  expect(names(closed)).not.toContain('propagation')
})
