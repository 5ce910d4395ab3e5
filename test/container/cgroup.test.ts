import { describe, expect, test } from 'vitest'
import { bytesIn, sayBytes } from '../../src/container/cgroup/amount.ts'
import type { Capacity, LimitFlags } from '../../src/container/cgroup/controller.ts'
import { weightOf } from '../../src/container/cgroup/cpu.ts'
import { majorOf, minorOf } from '../../src/container/cgroup/device-number.ts'
import { hybrid } from '../../src/container/cgroup/index.ts'
import type { BoxGroup } from '../../src/container/cgroup/version.ts'
import { cgroupWish, limitsOf } from '../../src/container/cgroup/wish.ts'
import { compose, resolve, type Who } from '../../src/container/index.ts'
import { KernelError } from '../../src/kernel/index.ts'

const capacity: Capacity = { cpus: '0-3' }
const everyId = [{ inside: 0, outside: 0, count: 4294967295 }]
const root: Who = { uid: 0, gid: 0, privileged: true, uidMap: everyId, gidMap: everyId }

/** The groups of a container on a machine of this kind. */
const first = (...names: string[]): BoxGroup => {
  const mount = `/sys/fs/cgroup/${names.join()}`
  return { version: 1, controllers: names, mount, top: mount, at: `${mount}/cooper/ab` }
}
const second: BoxGroup = {
  version: 2,
  controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'],
  mount: '/sys/fs/cgroup',
  top: '/sys/fs/cgroup',
  at: '/sys/fs/cgroup/cooper/ab',
}
const machines = {
  v1: ['memory', 'cpu', 'cpuacct', 'blkio', 'pids', 'cpuset'].map((name) => first(name)),
  v2: [second],
  hybrid: [first('memory'), { ...second, controllers: ['pids'], mount: '/sys/fs/cgroup/unified' }],
}

/** What is written for some flags, without the list of devices. */
function written(flags: LimitFlags, groups: BoxGroup[]): string[] {
  const limits = { ...limitsOf(flags, capacity), devices: undefined }
  return hybrid.limit({ groups, limits }).map(({ args }) => {
    const { at, file, text } = args as { at: string; file: string; text: string }
    return `${at.replace('/sys/fs/cgroup/', '').replace('/ab', '')}/${file} ${text}`
  })
}

describe('what docker’s words become', () => {
  test.each<[LimitFlags, string[], string[]]>([
    [{}, [], []],
    [
      { memory: '64m' },
      ['memory/cooper/memory.limit_in_bytes 67108864', 'memory/cooper/memory.memsw.limit_in_bytes 134217728'],
      ['cooper/memory.max 67108864', 'cooper/memory.swap.max 67108864'],
    ],
    [
      { memory: '64m', memorySwap: '64m' },
      ['memory/cooper/memory.limit_in_bytes 67108864', 'memory/cooper/memory.memsw.limit_in_bytes 67108864'],
      ['cooper/memory.max 67108864', 'cooper/memory.swap.max 0'],
    ],
    [
      { memory: '1.5g', memorySwap: '-1' },
      ['memory/cooper/memory.limit_in_bytes 1610612736'],
      ['cooper/memory.max 1610612736'],
    ],
    [
      { cpus: '0.5' },
      ['cpu/cooper/cpu.cfs_period_us 100000', 'cpu/cooper/cpu.cfs_quota_us 50000'],
      ['cooper/cpu.max 50000 100000'],
    ],
    [
      { cpus: '.25', cpuShares: '512' },
      [
        'cpu/cooper/cpu.shares 512',
        'cpu/cooper/cpu.cfs_period_us 100000',
        'cpu/cooper/cpu.cfs_quota_us 25000',
      ],
      ['cooper/cpu.weight 20', 'cooper/cpu.max 25000 100000'],
    ],
    [{ cpusetCpus: '0-1,3' }, ['cpuset/cooper/cpuset.cpus 0-1,3'], ['cooper/cpuset.cpus 0-1,3']],
    [{ pidsLimit: '20' }, ['pids/cooper/pids.max 20'], ['cooper/pids.max 20']],
    [{ pidsLimit: '-1' }, ['pids/cooper/pids.max max'], ['cooper/pids.max max']],
  ])('%j', (flags, v1, v2) => {
    expect(written(flags, machines.v1)).toEqual(v1)
    expect(written(flags, machines.v2)).toEqual(v2)
  })

  test('on a hybrid machine, each in its own way', () => {
    expect(written({ memory: '64m', memorySwap: '-1', pidsLimit: '20', cpus: '1' }, machines.hybrid)).toEqual(
      ['memory/cooper/memory.limit_in_bytes 67108864', 'cooper/pids.max 20'],
    )
  })

  test('shares keep their proportions as weights', () => {
    expect([2, 1024, 3072, 262144].map(weightOf)).toEqual([1, 39, 118, 10000])
    expect(weightOf(3072) / weightOf(1024)).toBeCloseTo(3, 1)
  })

  test.each([
    ['512', 512],
    ['64b', 64],
    ['64k', 65536],
    ['64M', 67108864],
    ['64mb', 67108864],
    ['64MiB', 67108864],
    ['1.5g', 1610612736],
    ['', undefined],
    ['x', undefined],
    ['-1', undefined],
    ['64mm', undefined],
    ['99999999999999999999', undefined],
  ])('%j is so many bytes', (text, bytes) => {
    expect(bytesIn(text)).toBe(bytes)
  })

  test('bytes for people', () => {
    expect([0, 1023, 1024, 67108864, 1610612736].map(sayBytes)).toEqual([
      '0 B',
      '1023 B',
      '1 KiB',
      '64 MiB',
      '1.5 GiB',
    ])
  })

  test('numbers of devices', () => {
    // makedev(3): 12 bits of the major and 8 of the minor below, the rest above.
    expect([majorOf(0x0103), minorOf(0x0103)]).toEqual([1, 3])
    expect([majorOf(0x100801), minorOf(0x100801)]).toEqual([8, 0x101])
  })
})

describe('refused before anything is made', () => {
  test.each<[LimitFlags, RegExp]>([
    [{ cpus: '0' }, /^cgroup: --cpus 0\n.*0\.01 to 4, as there are only 4 processors here/],
    [{ cpus: '1000' }, /0\.01 to 4/],
    [{ cpus: 'many' }, /"many" is no number of processors/],
    [{ memory: '1' }, /docker’s least is 6m/],
    [{ memory: '64x' }, /"64x" is no number of bytes/],
    [{ memorySwap: '64m' }, /says nothing alone/],
    [{ memory: '64m', memorySwap: '32m' }, /cannot be less than --memory 64m/],
    [{ cpuShares: '1' }, /from 2 to 262144/],
    [{ cpusetCpus: '4' }, /processor 4 is not there: available are 0-3/],
    [{ cpusetCpus: '3-1' }, /it is a list of processors/],
    [{ cpusetCpus: '1-' }, /it is a list of processors/],
    [{ pidsLimit: '1.5' }, /a whole number of processes/],
    [{ pidsLimit: '99999999999' }, /at most 4194304/],
    [{ memory: '99999999999999999999' }, /no number of bytes below 8192t/],
    [{ device: ['/nowhere'] }, /\/nowhere is not there/],
    [{ device: ['/etc/passwd'] }, /no device node/],
    [{ device: ['/dev/null:/dev/x:rr'] }, /a device is FROM/],
    [{ device: ['null'] }, /a device is FROM/],
    [{ deviceReadBps: ['/dev/null:1mb'] }, /\/dev\/null is no disk/],
    [{ deviceWriteBps: ['/nowhere:1mb'] }, /\/nowhere is not there/],
    [{ deviceReadIops: ['/dev/sda:0'] }, /"0" is no rate/],
    [{ deviceReadIops: ['/dev/sda:1mb'] }, /"1mb" is no rate/],
  ])('%j', (flags, says) => {
    expect(() => limitsOf(flags, capacity)).toThrow(KernelError)
    expect(() => limitsOf(flags, capacity)).toThrow(says)
  })

  test('a controller of version 1 that is not mounted', () => {
    const places = { groups: [first('memory')], lacks: [] }
    expect(() => cgroupWish({ pidsLimit: '20' }, 'ab', root, places)).toThrow(
      /--pids-limit 20\n.*the controller pids is in no control group hierarchy that is mounted here\n.*mount -t cgroup -o pids/,
    )
    expect(cgroupWish({ memory: '64m' }, 'ab', root, places).cgroup?.groups).toEqual(places.groups)
  })

  test('a limit, where no group can be made; without one it goes without', () => {
    const lacks = [{ version: 2 as const, controllers: ['memory'], because: 'nobody handed it to us' }]
    expect(() => cgroupWish({ memory: '64m' }, 'ab', root, { groups: [], lacks })).toThrow(
      /because {3}nobody handed it to us\n.*Delegate=yes/,
    )
    expect(cgroupWish({}, 'ab', root, { groups: [], lacks })).toEqual({ notes: [] })
  })

  test('a limit without the piece', () => {
    expect(() => resolve({ argv: ['true'], only: ['pid'], memory: '64m' }, root)).toThrow(
      /--memory without the piece cgroup/,
    )
  })
})

test('in version 2 the child is born in the group, in version 1 it goes there; the namespace comes after', () => {
  const box = { ...resolve({ argv: ['true'] }, root).box, id: 'ab' }
  const callsWith = (groups: BoxGroup[]) =>
    compose(
      { ...box, cgroup: { groups, limits: {} } },
      resolve({ argv: ['true'], only: ['cgroup'] }, root).pieces,
    )
  expect(callsWith(machines.v2).calls.filter(({ at }) => at === 'admit')).toEqual([])
  expect(hybrid.born({ groups: machines.v2, limits: {} })).toBe('/sys/fs/cgroup/cooper/ab')
  const v1 = callsWith([first('cpu', 'cpuacct')])
  expect(v1.calls.filter(({ at }) => at === 'admit')).toEqual([])
  expect(hybrid.born({ groups: machines.v1, limits: {} })).toBeUndefined()
  expect(v1.clone).toEqual([])
  expect(v1.calls.filter(({ at }) => at === 'become')).toMatchObject([
    { do: 'groupEnter', args: { at: '/sys/fs/cgroup/cpu,cpuacct/cooper/ab' } },
    { do: 'unshare', args: { namespaces: ['cgroup'] } },
  ])
})
