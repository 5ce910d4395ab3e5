import { listed } from '../../facts/index.ts'
import type { Controller } from './controller.ts'
import { refuse } from './refuse.ts'

/** Microseconds: the usual period, of which a quota is given. */
const period = 100_000

/** The kernel’s limits of `cpu.shares`. */
const [fewest, most] = [2, 262_144]

/**
 * `cpu.shares`, 2 to 262144, as a `cpu.weight`, 1 to 10000: the line through both ends, as runc and crun have long done
 * it. Proportions stay what they were, which is all that weights mean; that the usual 1024 becomes 39 and not the
 * usual 100 is the price. (Newer releases of both draw a curve through 1024:100 instead, where 1:3 becomes 1:2.4.)
 */
export function weightOf(shares: number): number {
  return 1 + Math.floor(((shares - fewest) * 9999) / (most - fewest))
}

// #region controller
/** How much processor time: a weight, which matters only when others want it too, and a quota, which always holds. */
export const cpu: Controller = {
  v1: ['cpu', 'cpuacct'],
  v2: 'cpu',
  flags: ['cpus', 'cpuShares'],
  wish({ cpus, cpuShares }, capacity) {
    return {
      ...(cpus !== undefined && { cpus: quota(cpus, capacity.cpus) }),
      ...(cpuShares !== undefined && { cpuShares: shares(cpuShares) }),
    }
  },
  first: ({ cpus, cpuShares }) => [
    ...(cpuShares === undefined
      ? []
      : [
          {
            file: 'cpu.shares',
            text: String(cpuShares),
            why: 'its share when others want the processor too',
          },
        ]),
    ...(cpus === undefined
      ? []
      : [
          { file: 'cpu.cfs_period_us', text: String(period), why: 'in each tenth of a second …' },
          {
            file: 'cpu.cfs_quota_us',
            text: String(Math.round(cpus * period)),
            why: '… so many microseconds, and then it waits',
          },
        ]),
  ],
  second: ({ cpus, cpuShares }) => [
    ...(cpuShares === undefined
      ? []
      : [
          {
            file: 'cpu.weight',
            text: String(weightOf(cpuShares)),
            why: `its share when others want the processor too: ${cpuShares} on a scale to ${most}`,
          },
        ]),
    ...(cpus === undefined
      ? []
      : [
          {
            file: 'cpu.max',
            text: `${Math.round(cpus * period)} ${period}`,
            why: 'so many microseconds of each tenth of a second, and then it waits',
          },
        ]),
  ],
}
// #endregion controller

function quota(text: string, available: string): number {
  const count = listed(available)?.length ?? 1
  const range = `0.01 to ${count}, as there ${count === 1 ? 'is one processor' : `are only ${count} processors`} here`
  const cpus = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(cpus))
    throw refuse('cpus', text, `${JSON.stringify(text)} is no number of processors: ${range}`, '--cpus 0.5')
  if (cpus < 0.01 || cpus > count)
    throw refuse('cpus', text, `the range is ${range}`, '--cpus 0.5, or leave it out for no limit')
  return cpus
}

function shares(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= fewest && value <= most))
    throw refuse(
      'cpu-shares',
      text,
      `shares are a whole number from ${fewest} to ${most}, and 1024 is what everybody has`,
      '--cpu-shares 512: half as much as others',
    )
  return value
}
