import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  controllersOf,
  directoryIn,
  factsIn,
  type Group,
  groupsOf,
  hierarchies,
  listed,
  parsePressure,
} from '../../src/facts/groups/index.ts'
import { machine } from '../../src/facts/index.ts'
import { parseMounts } from '../../src/facts/mounts.ts'
import { folder } from '../support/folder.ts'

/** A group whose files say this. */
function group(version: 1 | 2, controllers: string[], files: Record<string, string>): Group {
  const directory = folder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), `${text}\n`)
  return { version, controllers, at: directory, root: '/', path: '/', directory }
}

test('the hierarchies of this machine are those that the kernel mounted', () => {
  const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
  const found = hierarchies(machine, process.pid)
  for (const { at } of found) expect(mounted.some((line) => line.split(' ')[4] === at)).toBe(true)
  for (const { directory } of groupsOf(machine, process.pid))
    expect(readFileSync(`${directory}/cgroup.procs`, 'utf8').split('\n')).toContain(String(process.pid))
})

test('controllers of a mount, among its other options', () => {
  const [mount] = parseMounts(
    '31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,xattr,cpu,cpuacct,release_agent=/x',
  )
  expect(controllersOf(mount!)).toEqual(['cpu', 'cpuacct'])
})

test.each([
  ['/', '/', '/cg'],
  ['/', '/a/b', '/cg/a/b'],
  ['/a', '/a/b', '/cg/b'],
  ['/a', '/a', '/cg'],
  ['/a', '/ab', undefined],
  ['/', '/../b', undefined],
  ['/', '/b (deleted)', undefined],
])('mounted from %s, the group %s is %s', (root, path, directory) => {
  expect(directoryIn({ version: 2, controllers: [], at: '/cg', root }, path)).toBe(directory)
})

test('version 1, a hierarchy for each controller', () => {
  const facts = factsIn([
    group(1, ['memory'], {
      'memory.limit_in_bytes': '67108864',
      'memory.memsw.limit_in_bytes': '9223372036854771712',
      'memory.usage_in_bytes': '5000',
      'memory.memsw.usage_in_bytes': '6000',
      'memory.max_usage_in_bytes': '67108864',
      'memory.failcnt': '7',
      'memory.stat': 'inactive_file 1\ntotal_inactive_file 2000',
      'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2',
    }),
    group(1, ['cpuacct'], { 'cpuacct.usage': '5000000' }),
    group(1, ['cpu'], {
      'cpu.cfs_quota_us': '50000',
      'cpu.cfs_period_us': '100000',
      'cpu.shares': '512',
      'cpu.stat': 'nr_periods 10\nnr_throttled 4\nthrottled_time 3000000',
    }),
    group(1, ['blkio'], {
      'blkio.throttle.io_service_bytes_recursive':
        '8:0 Read 4096\n8:0 Write 0\n8:0 Total 4096\n8:16 Write 512\nTotal 4608',
      'blkio.throttle.io_serviced_recursive': '8:0 Read 1\n8:16 Write 1\nTotal 2',
      'blkio.throttle.read_bps_device': '8:0 1048576',
    }),
    group(1, ['pids'], { 'pids.current': '3', 'pids.max': 'max', 'pids.events': 'max 5' }),
    group(1, ['cpuset'], { 'cpuset.effective_cpus': '0-1', 'cpuset.effective_mems': '0' }),
    group(1, ['freezer'], { 'freezer.state': 'FREEZING' }),
  ])
  expect(facts).toMatchObject({
    memory: {
      limit: 67108864,
      swapLimit: undefined,
      usage: 5000,
      used: 3000,
      peak: 67108864,
      swap: 1000,
      events: { max: 7, oomKill: 2 },
    },
    cpu: { usage: 5000, limit: 0.5, weight: 512, throttling: { periods: 10, throttled: 4, time: 3000 } },
    io: {
      readBytes: 4096,
      writeBytes: 512,
      devices: [
        { device: '8:0', readBytes: 4096, writeBytes: 0, reads: 1, writes: 0 },
        { device: '8:16', readBytes: 0, writeBytes: 512, reads: 0, writes: 1 },
      ],
      limits: ['blkio.throttle.read_bps_device: 8:0 1048576'],
    },
    pids: { current: 3, limit: undefined, refused: 5 },
    cpuset: { cpus: '0-1', nodes: '0' },
    frozen: true,
    pressure: undefined,
  })
})

test('version 2, one group for all', () => {
  const facts = factsIn([
    group(2, ['cpuset', 'cpu', 'io', 'memory', 'pids'], {
      'memory.max': '67108864',
      'memory.swap.max': '0',
      'memory.current': '5000',
      'memory.swap.current': '0',
      'memory.peak': '6000',
      'memory.stat': 'anon 3000\ninactive_file 2000',
      'memory.events': 'low 0\nhigh 0\nmax 7\noom 1\noom_kill 1',
      'cpu.stat':
        'usage_usec 5000\nuser_usec 1\nsystem_usec 2\nnr_periods 10\nnr_throttled 4\nthrottled_usec 3000',
      'cpu.max': '50000 100000',
      'cpu.weight': '100',
      'io.stat': '8:0 rbytes=4096 wbytes=512 rios=1 wios=2 dbytes=0 dios=0',
      'io.max': '8:0 rbps=1048576 wbps=max riops=max wiops=max',
      'pids.current': '3',
      'pids.max': '20',
      'pids.events': 'max 5',
      'cpuset.cpus.effective': '0-1',
      'cpuset.mems.effective': '0',
      'cgroup.events': 'populated 1\nfrozen 0',
      'cpu.pressure': 'some avg10=1.50 avg60=0.00 avg300=0.00 total=42',
    }),
  ])
  expect(facts).toMatchObject({
    memory: {
      limit: 67108864,
      swapLimit: 67108864,
      usage: 5000,
      used: 3000,
      peak: 6000,
      swap: 0,
      events: { max: 7, oomKill: 1 },
    },
    cpu: { usage: 5000, limit: 0.5, weight: 100, throttling: { periods: 10, throttled: 4, time: 3000 } },
    io: {
      devices: [{ device: '8:0', readBytes: 4096, writeBytes: 512, reads: 1, writes: 2 }],
      limits: ['8:0 rbps=1048576 wbps=max riops=max wiops=max'],
    },
    pids: { current: 3, limit: 20, refused: 5 },
    cpuset: { cpus: '0-1', nodes: '0' },
    frozen: false,
    pressure: { cpu: { some: { avg10: 1.5, avg60: 0, avg300: 0, total: 42 } } },
  })
})

test('a group without a limit, and the root group, which has no files', () => {
  const fresh = {
    'memory.max': 'max',
    'memory.current': '0',
    'cpu.max': 'max 100000',
    'pids.max': 'max',
    'pids.current': '0',
  }
  const facts = factsIn([group(2, ['cpu', 'memory', 'pids'], fresh)])
  expect([facts.memory?.limit, facts.cpu?.limit, facts.pids?.limit]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(factsIn([group(2, ['cpu', 'memory', 'pids'], {})])).toMatchObject({
    memory: undefined,
    pids: undefined,
  })
  expect(factsIn([])).toMatchObject({ memory: undefined, cpu: undefined, io: undefined, frozen: undefined })
})

test('pressure, and lists of processors', () => {
  expect(
    parsePressure(
      'some avg10=0.00 avg60=0.10 avg300=0.20 total=3\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n',
    ),
  ).toEqual({
    some: { avg10: 0, avg60: 0.1, avg300: 0.2, total: 3 },
    full: { avg10: 0, avg60: 0, avg300: 0, total: 1 },
  })
  expect(['0', '0-2,5', '', '1-', 'a'].map(listed)).toEqual([
    [0],
    [0, 1, 2, 5],
    undefined,
    undefined,
    undefined,
  ])
})
