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

/** The paths of /proc and /sys that this machine has and a container should not. */
export function masksHere(): NonNullable<Box['masks']> {
  const about = (path: string) => statSync(`/${path}`, { throwIfNoEntry: false })
  return {
    hide: hide.flatMap((path) => {
      const found = about(path)
      return found ? [{ path, directory: found.isDirectory() }] : []
    }),
    freeze: freeze.filter((path) => about(path)),
  }
}
