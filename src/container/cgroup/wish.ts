import { cpusetFacts, groupsOf, machine, readText } from '../../facts/index.ts'
import { KernelError } from '../../kernel/index.ts'
import { ownsAllIds, type Who } from '../ids.ts'
import type { Capacity, Controller, LimitFlags, Limits } from './controller.ts'
import { controllers } from './controllers.ts'
import { type Places, placesFor } from './place.ts'
import type { BoxGroups } from './version.ts'

/** `memorySwap` as it is typed: `memory-swap`. */
const typed = (flag: string) => flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const isAsked = (flags: LimitFlags, controller: Controller) =>
  // A node is put into /dev also where nobody keeps a list.
  controller.flags.filter((flag) => flag !== 'device' && asked(flags, flag))

function asked(flags: LimitFlags, flag: keyof LimitFlags): boolean {
  const value = flags[flag]
  return Array.isArray(value) ? value.length > 0 : value !== undefined
}

/** The first flag that asks for a limit; undefined when none does. */
export function limitAsked(flags: LimitFlags): string | undefined {
  const [first] = controllers.flatMap((one) => isAsked(flags, one))
  return first && typed(first)
}

/** What the flags ask for. Throws a KernelError for what cannot be, whatever the machine's groups are. */
export function limitsOf(flags: LimitFlags, capacity: Capacity = here): Limits {
  return Object.assign({}, ...controllers.map(({ wish }) => wish(flags, capacity)))
}

/**
 * The control groups of a container: where, and with which limits. Refuses what cannot be before anything is made; what
 * nobody asked for and cannot be is left out.
 *
 * @throws KernelError for a limit that cannot be, with the reason
 */
export function cgroupWish(
  flags: LimitFlags,
  id: string,
  who: Who,
  places: Places = placesFor(id),
): { cgroup?: BoxGroups; notes: string[] } {
  const limits = limitsOf(flags)
  const { groups, aside, lacks } = places
  const notes: string[] = []
  // A list, or a program, of devices is for the machine's own root: CAP_SYS_ADMIN of a user namespace is not enough.
  if (!(who.privileged && ownsAllIds(who))) {
    limits.devices = undefined
    if (groups.length > 0 && flags.device?.length)
      notes.push(
        'not root of the machine: devices are not listed, so what the modes of a node allow is allowed',
      )
  }
  const listed = groups.some(({ version, controllers }) => version === 2 || controllers.includes('devices'))
  if (limits.devices && flags.device?.length && !listed)
    notes.push('no group lists devices here: what the modes of a node allow is allowed')
  for (const controller of controllers) {
    const [flag] = isAsked(flags, controller)
    if (flag === undefined) continue
    const { v1, v2 } = controller
    const name = v1[0]!
    const found = groups.some(({ version, controllers }) =>
      controllers.includes(version === 1 ? name : (v2 ?? '')),
    )
    if (found) continue
    const lack = lacks.find(({ controllers }) => controllers.includes(name) || controllers.includes(v2 ?? ''))
    throw new KernelError({
      piece: 'cgroup',
      call: `--${typed(flag)} ${String(flags[flag])}`,
      errno: 0,
      because:
        lack?.because ?? `the controller ${name} is in no control group hierarchy that is mounted here`,
      remedy: !lack
        ? `see what the kernel has: cat /proc/cgroups; mount -t cgroup -o ${name} cgroup /sys/fs/cgroup/${name}`
        : lack.version === 1
          ? 'run it as root: groups of version 1 are handed out by root alone'
          : 'run it as root, or in a group of your own: systemd-run --user --scope -p Delegate=yes cooper run …',
      learn: 'cooper learn cgroups',
    })
  }
  return groups.length > 0 ? { cgroup: { groups, limits, aside }, notes } : { notes }
}

/** The machine as it is for us: looked at only when somebody asks for processors. */
const here: Capacity = {
  get cpus() {
    return cpusetFacts(groupsOf(machine, process.pid))?.cpus ?? online()
  },
}

function online(): string {
  return readText('/sys/devices/system/cpu/online')?.trim() ?? '0'
}
