import { existsSync, statSync } from 'node:fs'
import { bytesIn } from './amount.ts'
import type { Controller, Throttle } from './controller.ts'
import { majorOf, minorOf } from './device-number.ts'
import { refuse } from './refuse.ts'

const kinds = {
  deviceReadBps: { kind: 'read-bps', v1: 'read_bps', v2: 'rbps' },
  deviceWriteBps: { kind: 'write-bps', v1: 'write_bps', v2: 'wbps' },
  deviceReadIops: { kind: 'read-iops', v1: 'read_iops', v2: 'riops' },
  deviceWriteIops: { kind: 'write-iops', v1: 'write_iops', v2: 'wiops' },
} as const

const spelled = (wanted: Throttle['kind']) => Object.values(kinds).find(({ kind }) => kind === wanted)!
const why = 'so much a second of this disk, and then it waits'

// #region controller
/**
 * How much of a disk, in bytes and in operations a second. Version 1 (`blkio`) sees only who reads and writes directly;
 * what goes through the page cache is written back later, by the kernel, for nobody. Version 2 remembers whose it was.
 */
export const io: Controller = {
  v1: ['blkio'],
  v2: 'io',
  flags: ['deviceReadBps', 'deviceWriteBps', 'deviceReadIops', 'deviceWriteIops'],
  wish(flags) {
    const throttles = Object.entries(kinds).flatMap(([flag, { kind }]) =>
      (flags[flag as keyof typeof kinds] ?? []).map((text) => throttleIn(text, kind)),
    )
    return throttles.length > 0 ? { throttles } : {}
  },
  first: ({ throttles = [] }) =>
    throttles.map(({ device, kind, rate }) => ({
      file: `blkio.throttle.${spelled(kind).v1}_device`,
      text: `${device} ${rate}`,
      why,
    })),
  second: ({ throttles = [] }) =>
    throttles.map(({ device, kind, rate }) => ({
      file: 'io.max',
      text: `${device} ${spelled(kind).v2}=${rate}`,
      why,
    })),
}
// #endregion controller

/** Reads one `/dev/sda:1mb`. */
function throttleIn(text: string, kind: Throttle['kind']): Throttle {
  const flag = `device-${kind}`
  const [, path = '', amount = ''] = /^(.*):([^:]*)$/.exec(text) ?? []
  const example = `--${flag} /dev/sda:${kind.endsWith('bps') ? '1mb' : '100'}`
  if (!path.startsWith('/'))
    throw refuse(flag, text, 'it is a disk and a rate, with a colon between', example)
  const rate = kind.endsWith('bps') ? bytesIn(amount) : /^\d+$/.test(amount) ? Number(amount) : undefined
  if (!rate)
    throw refuse(
      flag,
      text,
      `${JSON.stringify(amount)} is no rate: a number of ${kind.endsWith('bps') ? 'bytes, units are b, k, m, g' : 'operations'} above 0`,
      example,
    )
  return { device: diskOf(path, flag, text), kind, rate }
}

/** The number of a whole disk: a part of one has no limits of its own. */
function diskOf(path: string, flag: string, text: string): string {
  const about = statSync(path, { throwIfNoEntry: false })
  const disks = 'see the disks: lsblk -d -o PATH,MAJ:MIN'
  if (!about) throw refuse(flag, text, `${path} is not there`, disks)
  if (!about.isBlockDevice()) throw refuse(flag, text, `${path} is no disk`, disks)
  const number = `${majorOf(about.rdev)}:${minorOf(about.rdev)}`
  if (existsSync(`/sys/dev/block/${number}/partition`))
    throw refuse(flag, text, `${path} is a part of a disk, and only whole disks have limits`, disks)
  return number
}
