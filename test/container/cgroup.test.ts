import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bytesIn, sayBytes } from '../../src/container/cgroup/amount.ts'
import type { Capacity, LimitFlags } from '../../src/container/cgroup/controller.ts'
import { weightOf } from '../../src/container/cgroup/cpu.ts'
import { majorOf, minorOf } from '../../src/container/cgroup/device-number.ts'
import { hybrid, placesFor } from '../../src/container/cgroup/index.ts'
import type { BoxGroup, BoxGroups } from '../../src/container/cgroup/version.ts'
import { cgroupWish, limitsOf } from '../../src/container/cgroup/wish.ts'
import { compose, resolve, type Who } from '../../src/container/index.ts'
import { type Act, KernelError, verbOf } from '../../src/kernel/index.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { within } from '../support/child.ts'
import { kernelError, launched, planFor } from '../support/launch.ts'

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

const { groups } = placesFor('probe')
const has = (...names: string[]) =>
  names.every((name) =>
    groups.some(({ version, controllers }) => version === 1 && controllers.includes(name)),
  )
const needs = 'needs root, and the controller in version 1'

const left = () =>
  groups.flatMap(({ top, at }) =>
    existsSync(dirname(at)) && dirname(at) !== top ? readdirSync(dirname(at)) : [],
  )

describe.skipIf(groups.length === 0)('on this machine (needs somewhere to make groups)', () => {
  test('a container sees its own group as the top, cannot write it, and leaves none behind', async () => {
    const tries = 'for f in $(find /sys/fs/cgroup/ -name cgroup.procs); do echo 0 > $f || echo refused; done'
    const plan = planFor({ argv: ['bash', '-c', `cut -d: -f2- /proc/self/cgroup; ${tries}`] })
    const { id } = plan.box
    const { printed } = await launched(plan)
    for (const { controllers, version } of plan.box.cgroup!.groups)
      expect(printed).toContain(version === 1 ? `${controllers.join()}:/\n` : ':/\n')
    expect(printed.match(/Read-only file system\nrefused/g)).toHaveLength(plan.box.cgroup!.groups.length)
    expect(left()).not.toContain(id)
  })

  test('one that cannot be made leaves none either', async () => {
    const plan = planFor({ argv: ['/no/such/program'] })
    await kernelError(() => launched(plan))
    expect(left()).not.toContain(plan.box.id)
  })
})

describe.skipIf(!has('memory', 'pids', 'cpu', 'cpuset', 'freezer'))(`in version 1 (${needs})`, () => {
  const read = (plan: { box: { cgroup?: BoxGroups } }, name: string, file: string) => {
    const group = plan.box.cgroup!.groups.find(({ controllers }) => controllers.includes(name))!
    return readFileSync(join(group.at, file), 'utf8').trim()
  }

  test('the limits hold inside', async () => {
    const plan = planFor({
      argv: [
        'sh',
        '-c',
        'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us cpu/cpu.shares cpuset/cpuset.cpus; grep Cpus_allowed_list /proc/self/status',
      ],
      memory: '64m',
      pidsLimit: '20',
      cpus: '0.5',
      cpuShares: '512',
      cpusetCpus: '0',
    })
    expect((await launched(plan)).printed).toBe('67108864\n20\n50000\n512\n0\nCpus_allowed_list:\t0\n')
  })

  test('which limit killed it, and at what usage', async () => {
    const plan = planFor({ argv: ['tail', '/dev/zero'], memory: '16m' })
    const { signal, ...end } = await launched(plan)
    expect(signal).toBe(9)
    expect((end as { struck?: string[] }).struck).toEqual([
      'the memory limit of 16 MiB (--memory) killed a process; at most 16 MiB were in use',
    ])
  })

  /** A group of one's own with something in it. */
  async function inhabited(name: string): Promise<{ at: string; top: string; child: ChildProcess }> {
    const { top } = groups.find(({ controllers }) => controllers.includes(name))!
    const at = join(top, `cooper-test-${process.pid}`)
    mkdirSync(at)
    const child = spawn(
      'sh',
      ['-c', 'x=$(head -c 20000000 /dev/zero | tr "\\0" x); echo ready; sleep 1000'],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await verbOf(remove).run!(remove.args, { child: 0 })
    })
    const remove: Act = { do: 'groupRemove', args: { at, top } }
    writeFileSync(join(at, 'cgroup.procs'), String(child.pid))
    await new Promise((ready) => child.stdout!.once('data', ready))
    return { at, top, child }
  }

  test('a limit below what is in use already is refused, and says what is', async () => {
    const { at } = await inhabited('memory')
    const made = { do: 'groupLimit', args: { at, file: 'memory.limit_in_bytes', text: '4096' } } as const
    const act = verbOf(made)
    expect(() => act.run!(made.args, { child: 0 })).toThrow(/EBUSY/)
    const cause = act.causes!.EBUSY!(made.args, undefined as never)
    expect(cause?.because).toMatch(/^its processes use \d{8} bytes, .*"4096" for .*memory\.limit_in_bytes/)
  })

  test('a value that the kernel does not take: the file, the value, and what it wants', async () => {
    const { at } = await inhabited('pids')
    const made = { do: 'groupLimit', args: { at, file: 'pids.max', text: 'few' } } as const
    expect(() => verbOf(made).run!(made.args, { child: 0 })).toThrow(/EINVAL/)
    expect(verbOf(made).causes!.EINVAL!(made.args, undefined as never)?.because).toMatch(
      /"few" for .*pids\.max: it wants a number of processes, or max/,
    )
  })

  test('a group is removed with all that is in it, frozen or not, and once more when it is gone', async () => {
    const { at, top, child } = await inhabited('freezer')
    const below = join(at, 'below')
    mkdirSync(below)
    writeFileSync(join(below, 'cgroup.procs'), String(child.pid))
    const group: BoxGroup = { version: 1, controllers: ['freezer'], mount: top, top, at: below }
    const [freeze] = hybrid.freeze({ groups: [group], limits: {} }, true)
    verbOf(freeze!).run!(freeze!.args, { child: 0 })
    expect(await within(1000, () => hybrid.read({ groups: [group], limits: {} }).frozen === true)).toBe(true)
    child.kill('SIGKILL')
    const ended = new Promise<NodeJS.Signals | null>((done) =>
      child.once('exit', (_, signal) => done(signal)),
    )
    const remove = { do: 'groupRemove', args: { at, top } } as const
    await verbOf(remove).run!(remove.args, { child: 0 })
    expect(existsSync(at)).toBe(false)
    expect(await ended).toBe('SIGKILL')
    await verbOf(remove).run!(remove.args, { child: 0 })
  })

  test('what its files say, while it runs', async () => {
    const plan = planFor({ argv: ['true'], memory: '64m', pidsLimit: '20', cpus: '2' })
    for (const act of [...hybrid.make(plan.box.cgroup!), ...hybrid.limit(plan.box.cgroup!)])
      await verbOf(act).run!(act.args, { child: 0 })
    try {
      const facts = hybrid.read(plan.box.cgroup!)
      expect(facts).toMatchObject({
        memory: { limit: 67108864, swapLimit: 134217728, usage: 0, events: { oomKill: 0 } },
        cpu: { limit: 2, weight: 1024, throttling: { throttled: 0 } },
        pids: { current: 0, limit: 20, refused: 0 },
        frozen: false,
      })
      expect(read(plan, 'pids', 'pids.max')).toBe('20')
    } finally {
      for (const act of hybrid.remove(plan.box.cgroup!)) await verbOf(act).run!(act.args, { child: 0 })
    }
    expect(left()).not.toContain(plan.box.id)
  })
})

test.skipIf(whoAmI().privileged || groups.length > 0)(
  'without a group of one’s own, a limit is refused with the reason',
  () => {
    expect(() => planFor({ argv: ['true'], memory: '64m' })).toThrow(
      /--memory 64m\n {2}because {3}only root may make groups/,
    )
  },
)
