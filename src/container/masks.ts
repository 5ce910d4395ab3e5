import { statSync } from 'node:fs'
import type { Box } from './box.ts'

// What docker hides and freezes, for the same reasons: these files are about, or steer, the whole machine.
const hide = [
  'proc/acpi',
  'proc/asound',
  'proc/interrupts',
  'proc/kcore',
  'proc/keys',
  'proc/latency_stats',
  'proc/sched_debug',
  'proc/scsi',
  'proc/timer_list',
  'proc/timer_stats',
  'sys/devices/virtual/powercap',
  'sys/firmware',
]
const freeze = ['proc/bus', 'proc/fs', 'proc/irq', 'proc/sys', 'proc/sysrq-trigger']

// Of these, what modules bring and take away. All others are as the kernel was built.
const comesAndGoes = ['proc/asound', 'proc/scsi', 'sys/devices/virtual/powercap']

type Kind = 'directory' | 'file' | 'missing'

const found = new Map<string, Kind>()

/** The paths of /proc and /sys that this machine has and a container should not. */
export function masksHere(): NonNullable<Box['masks']> {
  return {
    hide: hide.flatMap((path) => {
      const kind = kindOf(path)
      return kind === 'missing' ? [] : [{ path, directory: kind === 'directory' }]
    }),
    freeze: freeze.filter((path) => kindOf(path) !== 'missing'),
  }
}

/** What cannot change while we run is looked at once: all of them would be half of what a plan costs. */
function kindOf(path: string): Kind {
  const known = found.get(path)
  if (known && !comesAndGoes.includes(path)) return known
  const about = statSync(`/${path}`, { throwIfNoEntry: false })
  const kind = about ? (about.isDirectory() ? 'directory' : 'file') : 'missing'
  found.set(path, kind)
  return kind
}
