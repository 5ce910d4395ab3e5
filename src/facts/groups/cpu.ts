import { fileOf, numberOf, tableOf } from './file.ts'
import type { Group } from './hierarchies.ts'

/** Processor time of a group. */
export interface CpuFacts {
  /** Microseconds that its processes ran, on all processors together. */
  usage?: number
  /** How many processors' worth it may use in each period; absent where there is no quota. */
  limit?: number
  /** Its share under contention: `cpu.shares` in version 1 (1024 is usual), `cpu.weight` in version 2 (100 is). */
  weight?: number
  /** Periods with something to run, those of them in which it was stopped, and the microseconds it stood still. */
  throttling?: { periods: number; throttled: number; time: number }
}

// #region cpu
export function cpuFacts(groups: readonly Group[]): CpuFacts | undefined {
  const one = (name: string) =>
    groups.find(({ version, controllers }) => version === 1 && controllers.includes(name))
  const [cpu, counted] = [one('cpu'), one('cpuacct')]
  if (cpu || counted) return first(cpu, counted)
  const unified = groups.find(({ version }) => version === 2)
  return unified && second(unified)
}

/** Version 1 has two controllers for it: `cpu` limits and `cpuacct` counts, often in one hierarchy. */
function first(cpu: Group | undefined, counted: Group | undefined): CpuFacts {
  const nanoseconds = counted && numberOf(counted, 'cpuacct.usage')
  const quota = cpu && numberOf(cpu, 'cpu.cfs_quota_us')
  const period = cpu && numberOf(cpu, 'cpu.cfs_period_us')
  const stat = cpu ? tableOf(cpu, 'cpu.stat') : {}
  return {
    usage: nanoseconds === undefined ? undefined : nanoseconds / 1000,
    limit: quota && period && quota > 0 ? quota / period : undefined,
    weight: cpu && numberOf(cpu, 'cpu.shares'),
    throttling: throttling(stat, (stat.throttled_time ?? 0) / 1000),
  }
}

function second(group: Group): CpuFacts {
  const [quota, period] = fileOf(group, 'cpu.max')?.split(' ').map(Number) ?? []
  const stat = tableOf(group, 'cpu.stat')
  return {
    usage: stat.usage_usec,
    limit: quota && period ? quota / period : undefined,
    weight: numberOf(group, 'cpu.weight'),
    throttling: throttling(stat, stat.throttled_usec ?? 0),
  }
}
// #endregion cpu

function throttling(stat: Record<string, number>, time: number): CpuFacts['throttling'] {
  const { nr_periods: periods, nr_throttled: throttled } = stat
  return periods === undefined || throttled === undefined ? undefined : { periods, throttled, time }
}
