import { describe, expect, test } from 'vitest'
import { runProbes } from '../../../src/workbench/probes.ts'
import { type Clone, look, machine } from './given.ts'

describe('the kernel', () => {
  test.each([
    ['6.1.0-18-amd64', true],
    ['5.12.0', true],
    ['5.11.22', false],
    ['5.10.0-8-amd64', false],
    ['4.18.0-553.el8', false],
  ])('%s: %s', async (release, ok) => {
    expect(await look('kernel', machine({}, { release }))).toMatchObject({ ok, found: release })
  })

  test('WSL 1 is not one, WSL 2 is', async () => {
    expect(await look('linux', machine({}, { release: '4.4.0-19041-Microsoft' }))).toMatchObject({
      ok: false,
    })
    expect(await look('linux', machine({}, { release: '5.15.167.4-microsoft-standard-WSL2' }))).toMatchObject(
      {
        ok: true,
      },
    )
  })

  test('gVisor is not one', async () => {
    const version = 'Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016'
    expect((await look('linux', machine({ '/proc/version': version }))).why).toContain('gVisor')
  })

  test('overlay', async () => {
    expect(
      await look('overlay', machine({ '/proc/filesystems': 'nodev\ttmpfs\nnodev\toverlay\n\text4\n' })),
    ).toMatchObject({ ok: true })
    const old = (release: string) =>
      look('overlay', machine({ '/proc/filesystems': 'nodev\toverlay\n' }, { release }))
    expect(await old('6.1.0-18-amd64')).toMatchObject({ ok: true, why: expect.stringContaining('6.6') })
    expect(await old('5.10.0-1')).toMatchObject({ ok: false, why: expect.stringContaining('5.11') })
    const without = await look(
      'overlay',
      machine({ '/proc/filesystems': 'nodev\ttmpfs\nnodev\tfuse.overlayfs\n' }),
    )
    expect(without).toMatchObject({ ok: false, remedy: ['sudo modprobe overlay'] })
  })

  test('a kernel built without a kind of namespace', async () => {
    const kinds = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc']
    const on = machine(Object.fromEntries(kinds.map((kind) => [`/proc/self/ns/${kind}`, ''])))
    expect(await look('namespaces', on)).toMatchObject({
      ok: false,
      why: 'this kernel was built without cgroup',
    })
  })

  test('elsewhere than on Linux nothing is tried', async () => {
    const clone: Clone = () => {
      throw new Error('tried')
    }
    for (const result of await runProbes(machine({}, { platform: 'darwin', clone }))) {
      expect(result.ok).toBe(false)
      expect(result.why).not.toContain('tried')
    }
  })
})
