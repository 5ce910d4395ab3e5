import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { placesFor } from '../../container/index.ts'
import { mountOf, parseMounts } from '../../facts/mounts.ts'
import { asRoot, installing } from './distribution.ts'
import { proc } from './machine.ts'
import { define, type Probe } from './probe.ts'

/** What the lesson about limits needs beyond a workbench. */
export const limitProbes: Probe[] = [
  define({
    name: 'bench-cgroups',
    title: 'control groups for the workbench, with the controllers of the lessons',
    needed: 'some',
    look() {
      const { groups, lacks } = placesFor('probe')
      const found = groups.flatMap(({ controllers }) => controllers)
      const missing = ['memory', 'cpu', 'cpuset', 'pids'].filter((name) => !found.includes(name))
      if (missing.length === 0) return { ok: true, found: found.join(' ') }
      return {
        ok: false,
        found: `none for ${missing.join(', ')}`,
        why: lacks[0]?.because ?? `the kernel has no controller ${missing[0]} mounted`,
        remedy: ['run cooper as root', 'systemd-run --user --scope -p Delegate=yes cooper learn cgroups'],
      }
    },
  }),
  define({
    name: 'bench-devices',
    title: 'a group in which a device may not be opened',
    needed: 'some',
    look(machine) {
      const { groups } = placesFor('probe')
      const where = groups.filter(
        ({ version, controllers }) => version === 2 || controllers.includes('devices'),
      )
      if (machine.uid === 0 && where.length > 0) return { ok: true, found: where[0]!.mount }
      return {
        ok: false,
        found: machine.uid === 0 ? 'no such group' : `user ${machine.uid}`,
        why: 'which devices may be opened is for the real root to say, where groups can be made',
        remedy: ['run cooper as root, on the machine itself'],
      }
    },
  }),
  define({
    name: 'disk',
    title: 'a disk under Node’s program, to be read slowly',
    needed: 'some',
    look(machine) {
      const { device, type } =
        mountOf(parseMounts(proc(machine, 'self/mountinfo') ?? ''), process.execPath) ?? {}
      if (device && existsSync(`${machine.root}/sys/dev/block/${device}`)) return { ok: true, found: device }
      return {
        ok: false,
        found: `${process.execPath} lies on ${type ?? 'nothing that is mounted here'}`,
        why: 'limits are set for a disk, and here it is not to be seen which one the files lie on',
        remedy: ['a Node that lies on a disk of this machine, and not in a container’s layers'],
      }
    },
  }),
  define({
    name: 'shaper',
    title: 'tc, and a shaper in the kernel',
    needed: 'some',
    look(machine) {
      const tc = machine.which('tc')
      if (!tc)
        return {
          ok: false,
          found: 'no tc',
          why: 'the lessons use it',
          remedy: [installing('iproute2', machine)],
        }
      // Whether the kernel has it can only be tried: a module is loaded when somebody asks for it.
      const shape = 'qdisc add dev lo root tbf rate 4mbit burst 16kb latency 200ms'.split(' ')
      const alone = ['--user', '--map-root-user', '--net']
      const { status, stderr } = spawnSync('unshare', [...alone, tc, ...shape], { encoding: 'utf8' })
      if (status === 0) return { ok: true, found: `${tc}, tbf` }
      return {
        ok: false,
        found: stderr?.trim().split('\n').at(-1) || 'refused',
        why: 'the kernel has no sch_tbf, or may not load it',
        remedy: [asRoot('modprobe sch_tbf', machine)],
      }
    },
  }),
]
