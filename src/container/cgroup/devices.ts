import { statSync } from 'node:fs'
import { posix } from 'node:path'
import type { Controller, DeviceRule } from './controller.ts'
import { majorOf, minorOf } from './device-number.ts'
import { refuse } from './refuse.ts'

/** What docker allows every container: to make any node, and to use those that tell of nothing and of nobody. */
export const usual: readonly DeviceRule[] = [
  { type: 'c', access: 'm' },
  { type: 'b', access: 'm' },
  ...[
    [1, 3], // null
    [1, 5], // zero
    [1, 7], // full
    [1, 8], // random
    [1, 9], // urandom
    [5, 0], // tty
    [5, 1], // console
    [5, 2], // ptmx
  ].map(([major, minor]): DeviceRule => ({ type: 'c', major, minor, access: 'rwm' })),
  { type: 'c', major: 136, access: 'rwm' }, // pts/*
]

/** A rule as version 1 reads it: `c 1:3 rwm`. */
export const sayRule = ({ type, major, minor, access }: DeviceRule) =>
  `${type} ${major ?? '*'}:${minor ?? '*'} ${access}`

// #region controller
/**
 * Which device nodes may be opened, whoever made them and whatever their modes say. Version 1 has a list; in version 2
 * it is a program, run by the kernel at each open: see ebpf.ts. Both only for the machine's root.
 */
export const devices: Controller = {
  v1: ['devices'],
  flags: ['device'],
  wish: ({ device = [] }) => ({ devices: [...usual, ...device.map((text) => deviceIn(text).rule)] }),
  first: ({ devices }) =>
    devices === undefined
      ? []
      : [
          { file: 'devices.deny', text: 'a', why: 'no device at all …' },
          ...devices.map((rule) => ({ file: 'devices.allow', text: sayRule(rule), why: '… but these' })),
        ],
  second: () => [],
}
// #endregion controller

/** A node of the machine, seen in the container too. */
export interface DeviceNode {
  from: string
  /** In the container, without the leading slash. */
  to: string
  rule: DeviceRule
}

/** Reads one `--device FROM[:TO[:rwm]]`. */
export function deviceIn(text: string): DeviceNode {
  const [from = '', second, third, ...more] = text.split(':')
  const isAccess = (word: string | undefined) => word !== undefined && /^(?!.*(.).*\1)[rwm]{1,3}$/.test(word)
  // docker reads a second word of only these letters as what may be done.
  const [to, access] =
    third === undefined && isAccess(second) ? [from, second!] : [second ?? from, third ?? 'rwm']
  if (more.length > 0 || !from.startsWith('/') || !to.startsWith('/') || !isAccess(access))
    throw refuse(
      'device',
      text,
      'a device is FROM, FROM:TO or FROM:TO:rwm, with absolute paths',
      '--device /dev/fuse',
    )
  if (/^\/+proc(\/|$)/.test(posix.normalize(to)))
    throw refuse(
      'device',
      text,
      "the container's /proc is the kernel's: nothing may cover it",
      `--device ${from}`,
    )
  const about = statSync(from, { throwIfNoEntry: false })
  if (!about) throw refuse('device', text, `${from} is not there`, 'ls -l /dev')
  const type = about.isBlockDevice() ? 'b' : about.isCharacterDevice() ? 'c' : undefined
  if (!type)
    throw refuse(
      'device',
      text,
      `${from} is no device node`,
      `for files and directories: --volume ${from}:${to}`,
    )
  return {
    from,
    to: to.slice(1),
    rule: { type, major: majorOf(about.rdev), minor: minorOf(about.rdev), access },
  }
}
