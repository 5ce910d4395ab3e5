import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hybrid, placesFor } from '../../src/container/cgroup/index.ts'
import type { BoxGroup, BoxGroups } from '../../src/container/cgroup/version.ts'
import { type Act, verbOf } from '../../src/kernel/index.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { within } from '../support/child.ts'
import { kernelError, launched, planFor } from '../support/launch.ts'

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
