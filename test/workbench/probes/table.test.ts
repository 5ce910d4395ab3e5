import { describe, expect, test } from 'vitest'
import { probes, runProbes } from '../../../src/workbench/probes.ts'
import { EPERM, machine, refused } from './given.ts'

describe('the table', () => {
  test('names are unique, and those that lessons use are there', () => {
    const names = probes.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining([
        'linux',
        'real-root',
        'cgroup-v1',
        'cgroup-v2',
        'user-namespaces',
        'nft',
        'overlay',
      ]),
    )
  })

  test('whatever fails says why and, where something can be done, what', async () => {
    const kinds = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'pid_for_children']
    const files = Object.fromEntries(kinds.map((kind) => [`/proc/self/ns/${kind}`, '']))
    for (const result of await runProbes(machine(files, { clone: refused(EPERM) }))) {
      if (result.ok) continue
      expect(result.why, result.name).toBeTruthy()
      if (result.name !== 'cgroup-v1') expect(result.remedy?.length, result.name).toBeGreaterThan(0)
    }
  })
})
