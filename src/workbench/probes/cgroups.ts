import { type Mount, parseMounts } from '../../facts/mounts.ts'
import { asRoot, distribution } from './distribution.ts'
import { type Machine, proc, text } from './machine.ts'
import { define, type Probe } from './probe.ts'

/** Which hierarchies there are, and which controllers hang on each. */
interface Groups {
  version: 'v1' | 'v2' | 'hybrid' | 'none'
  v1: string[]
  v2: string[]
}

export const cgroupProbes: Probe[] = [
  define({
    name: 'cgroups',
    title: 'control groups, of whichever version',
    needed: 'some',
    look(machine) {
      const { version, v1, v2 } = groups(machine)
      const parts = [
        ...(v1.length > 0 ? [`v1: ${v1.join(' ')}`] : []),
        ...(v2.length > 0 ? [`v2: ${v2.join(' ')}`] : []),
      ]
      if (version !== 'none') return { ok: true, found: [version, ...parts].join('; ') }
      return {
        ok: false,
        found: 'none mounted',
        why: 'nobody mounted a control group file system; systemd does, containers and small inits may not',
        remedy: [asRoot('mount -t cgroup2 none /sys/fs/cgroup', machine)],
      }
    },
  }),
  define({
    name: 'cgroup-v1',
    title: 'control groups, version 1',
    needed: 'some',
    look(machine) {
      const { v1, version } = groups(machine)
      if (v1.length > 0) return { ok: true, found: v1.join(' ') }
      return {
        ok: false,
        found: version,
        why: 'this machine has version 2, as new ones do; the lessons show that one then',
      }
    },
  }),
  define({
    name: 'cgroup-v2',
    title: 'control groups, version 2, with the controllers',
    needed: 'some',
    look(machine) {
      const { v1, v2, version } = groups(machine)
      // Mounted is not enough: a controller hangs on one hierarchy only, and a hybrid keeps them on version 1.
      if (v2.includes('memory')) return { ok: true, found: v2.join(' ') }
      return {
        ok: false,
        found:
          version === 'hybrid' ? `mounted, but its controllers are on version 1 (${v1.join(' ')})` : version,
        why: 'the lessons show version 1 then',
        remedy: [unified(machine)],
      }
    },
  }),
]

/** Read from the mounts and from `cgroup.controllers` (`man 7 cgroups`). */
export function groups(machine: Machine): Groups {
  const mounts = parseMounts(proc(machine, 'self/mountinfo') ?? '')
  const v1 = unique(mounts.filter(({ type }) => type === 'cgroup').flatMap(controllers))
  const roots = mounts.filter(({ type }) => type === 'cgroup2').map(({ at }) => at)
  const v2 = unique(roots.flatMap((at) => words(text(`${machine.root}${at}/cgroup.controllers`))))
  const version = v1.length > 0 ? (roots.length > 0 ? 'hybrid' : 'v1') : roots.length > 0 ? 'v2' : 'none'
  return { version, v1, v2 }
}

// The options of such a mount name its controllers, among others; `name=systemd` is a hierarchy without any.
const known =
  /^(blkio|cpu|cpuacct|cpuset|devices|freezer|hugetlb|memory|misc|net_cls|net_prio|perf_event|pids|rdma|dmem)$/

function controllers({ superOptions }: Mount): string[] {
  return superOptions.filter((option) => known.test(option))
}

function words(line: string | undefined): string[] {
  return (line ?? '').split(/\s+/).filter(Boolean)
}

function unique(list: string[]): string[] {
  return [...new Set(list)].sort()
}

function unified(machine: Machine): string {
  const argument = 'systemd.unified_cgroup_hierarchy=1'
  const { manager } = distribution(machine)
  if (manager === 'dnf')
    return `${asRoot(`grubby --update-kernel=ALL --args=${argument}`, machine)}, then restart`
  const update =
    manager === 'apt'
      ? asRoot('update-grub', machine)
      : asRoot('grub-mkconfig -o /boot/grub/grub.cfg', machine)
  return `add ${argument} to GRUB_CMDLINE_LINUX in /etc/default/grub, then ${update} and restart (needs systemd)`
}
