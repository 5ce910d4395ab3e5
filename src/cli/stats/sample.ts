import {
  type GroupFacts,
  groupFacts,
  machine,
  namespaces,
  net,
  type Process,
  process as processOf,
  sameNamespace,
} from '../../facts/index.ts'
import { KernelError } from '../../kernel/index.ts'

/** One look at a process and what belongs to it. */
export interface Sample {
  /** Milliseconds. */
  at: number
  process: Process
  groups: GroupFacts
  /** Bytes over all links of its network namespace but `lo`; absent where we may not look. */
  network?: { received: number; sent: number }
}

/** What `stats` shows of a process. What is absent, nobody counts here. */
export interface Usage {
  pid: number
  name: string
  /** The group that memory is counted in: all figures are of everybody in it. */
  group?: string
  /** Others share them with us: its groups are those of whoever asks, or the whole machine's. */
  shared: { groups: boolean; network: boolean }
  /** Percent of one processor. */
  cpu?: number
  /** Bytes, without what could be dropped at once; no limit: null. */
  memory?: { used: number; limit: number | null; peak?: number }
  /** Bytes read from and written to disks. */
  io?: { read: number; written: number }
  network?: { received: number; sent: number }
  pids?: { current: number; limit: number | null }
}

/** Looks; undefined when the process is gone. */
export async function sample(pid: number): Promise<Sample | undefined> {
  const found = processOf(machine, pid)
  if (!found || found.state === 'Z') return undefined
  return {
    at: performance.now(),
    process: found,
    groups: groupFacts(machine, pid),
    network: await network(pid),
  }
}

/** Not a matter of groups: no controller counts packets. The interfaces do. */
async function network(pid: number): Promise<Sample['network']> {
  try {
    const links = (await net(machine, pid)).links.filter(({ name }) => name !== 'lo')
    const sum = (of: 'rxBytes' | 'txBytes') => links.reduce((all, link) => all + link[of], 0)
    return { received: sum('rxBytes'), sent: sum('txBytes') }
  } catch (error) {
    if (error instanceof KernelError) return undefined
    throw error
  }
}

function sharedWithUs({ groups, process: { pid } }: Sample): Usage['shared'] {
  const ours = groupFacts(machine, process.pid).groups
  const same = groups.groups.filter(
    ({ path, controllers }) =>
      controllers.some((name) => counted.includes(name)) &&
      (path === '/' ||
        ours.some((one) => one.path === path && one.controllers.join() === controllers.join())),
  )
  const [theirNet, ourNet] = [pid, process.pid].map((one) => namespaces(machine, one).net)
  return { groups: same.length > 0, network: sameNamespace(theirNet, ourNet) }
}

const counted = ['cpu', 'memory', 'blkio', 'io']

/** Two looks make a figure: processor time is counted from the beginning, and what is used now is the difference. */
export function usageOf(before: Sample | undefined, now: Sample): Usage {
  const { memory, io, pids, cpu, groups } = now.groups
  const holder = groups.find(({ controllers }) => controllers.includes('memory'))
  const ran = before && cpu?.usage !== undefined && cpu.usage - (before.groups.cpu?.usage ?? 0)
  return {
    pid: now.process.pid,
    name: now.process.name,
    group: holder?.path,
    shared: sharedWithUs(now),
    // Microseconds of one in milliseconds of the other.
    cpu: typeof ran === 'number' ? Math.max(0, ran / (now.at - before!.at) / 10) : undefined,
    memory: memory && { used: memory.used, limit: memory.limit ?? null, peak: memory.peak },
    io: io && { read: io.readBytes, written: io.writeBytes },
    network: now.network,
    pids: pids && { current: pids.current, limit: pids.limit ?? null },
  }
}
