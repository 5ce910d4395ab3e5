import { fileOf, holderOf } from './file.ts'
import type { Group } from './hierarchies.ts'

/** What a group read from and wrote to one device. */
export interface IoOfDevice {
  /** `8:0` */
  device: string
  readBytes: number
  writeBytes: number
  reads: number
  writes: number
}

export interface IoFacts {
  devices: IoOfDevice[]
  readBytes: number
  writeBytes: number
  /** Limits as the kernel has them: `8:0 rbps=1048576` of version 2; version 1 has a file each, whose names these are. */
  limits: string[]
}

const throttles = ['read_bps', 'write_bps', 'read_iops', 'write_iops']

// #region io
export function ioFacts(groups: readonly Group[]): IoFacts | undefined {
  const group = holderOf(groups, { v1: 'blkio', v2: 'io' })
  if (!group) return undefined
  const { devices, limits } = group.version === 1 ? first(group) : second(group)
  const sum = (of: 'readBytes' | 'writeBytes') => devices.reduce((all, one) => all + one[of], 0)
  return { devices, limits, readBytes: sum('readBytes'), writeBytes: sum('writeBytes') }
}

/** `8:0 Read 4096`, a line for each kind of operation. Page cache that is written back later is nobody's here. */
function first(group: Group) {
  const devices = new Map<string, IoOfDevice>()
  const count = (file: string, read: 'readBytes' | 'reads', write: 'writeBytes' | 'writes') => {
    for (const line of lines(group, file)) {
      const [device = '', kind, amount] = line.split(' ')
      if (kind !== 'Read' && kind !== 'Write') continue
      const one = devices.get(device) ?? { device, readBytes: 0, writeBytes: 0, reads: 0, writes: 0 }
      one[kind === 'Read' ? read : write] = Number(amount)
      devices.set(device, one)
    }
  }
  count('blkio.throttle.io_service_bytes_recursive', 'readBytes', 'writeBytes')
  count('blkio.throttle.io_serviced_recursive', 'reads', 'writes')
  const limits = throttles.flatMap((kind) => {
    const file = `blkio.throttle.${kind}_device`
    return lines(group, file).map((line) => `${file}: ${line}`)
  })
  return { devices: [...devices.values()], limits }
}

/** `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0` */
function second(group: Group) {
  const devices = lines(group, 'io.stat').map((line): IoOfDevice => {
    const [device = '', ...pairs] = line.split(' ')
    const of = (key: string) =>
      Number(pairs.find((pair) => pair.startsWith(`${key}=`))?.slice(key.length + 1) ?? 0)
    return {
      device,
      readBytes: of('rbytes'),
      writeBytes: of('wbytes'),
      reads: of('rios'),
      writes: of('wios'),
    }
  })
  return { devices, limits: lines(group, 'io.max') }
}
// #endregion io

const lines = (group: Group, file: string) => fileOf(group, file)?.split('\n').filter(Boolean) ?? []
