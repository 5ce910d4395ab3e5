import { describe, expect, test } from 'vitest'
import { look, machine } from './given.ts'

describe('cgroups', () => {
  const v1 = '34 31 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n'
  const systemd = '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n'
  const unified = '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n'
  const v2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n'

  test.each([
    ['v1', { '/proc/self/mountinfo': v1 + systemd }, 'v1; v1: memory', true, false],
    [
      'hybrid',
      {
        '/proc/self/mountinfo': v1 + systemd + unified,
        '/sys/fs/cgroup/unified/cgroup.controllers': 'hugetlb\n',
      },
      'hybrid; v1: memory; v2: hugetlb',
      true,
      false,
    ],
    [
      'v2',
      { '/proc/self/mountinfo': v2, '/sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n' },
      'v2; v2: cpu io memory pids',
      false,
      true,
    ],
  ])('%s', async (_, files, found, one, two) => {
    expect(await look('cgroups', machine(files))).toEqual({ ok: true, found })
    expect(await look('cgroup-v1', machine(files))).toMatchObject({ ok: one })
    expect(await look('cgroup-v2', machine(files))).toMatchObject({ ok: two })
  })
})
