import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errnoCode, errnoText, type Namespace } from '../../kernel/index.ts'
import { asRoot } from './distribution.ts'
import { type Machine, sysctl } from './machine.ts'
import { define, type Finding, type Probe } from './probe.ts'
import { openContainer, surroundings } from './surroundings.ts'
import { whyNoUserNamespace } from './user-namespaces.ts'

const kinds: Namespace[] = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup']

export const namespaceProbes: Probe[] = [
  define({
    name: 'user-namespaces',
    title: 'a user namespace of one’s own, and power in it',
    needed: 'lessons',
    async look(machine) {
      machine.addon()
      const made = await machine.tryClone(['user'])
      if (made.errno !== 0) return whyNoUserNamespace(machine, made)
      // AppArmor lets one be made and then takes every capability away: so have something done in it.
      if (machine.uid !== 0 && sysctl(machine, 'kernel/apparmor_restrict_unprivileged_userns') === 1) {
        const used = await machine.tryClone(['user', 'pid', 'mnt'], { mountProc: true })
        const masked = surroundings(machine).masked.length > 0
        if (used.errno !== 0 && !masked) return whyNoUserNamespace(machine, used)
      }
      return { ok: true, found: 'one was made' }
    },
  }),
  define({
    name: 'namespaces',
    title: 'namespaces of all kinds',
    needed: 'lessons',
    async look(machine) {
      const there = readdirSync(join(machine.proc, 'self/ns')).filter(
        (name) => !name.endsWith('_for_children'),
      )
      const found = there.sort().join(' ')
      const missing = kinds.filter((kind) => !there.includes(kind))
      if (missing.length > 0) {
        return {
          ok: false,
          found,
          why: `this kernel was built without ${missing.join(', ')}`,
          remedy: ['use the distribution’s own kernel, or another machine'],
        }
      }
      machine.addon()
      const made = await machine.tryClone(kinds)
      if (made.errno === 0) return { ok: true, found }
      return whyNotAll(machine, made)
    },
  }),
  define({
    name: 'proc-mount',
    title: 'a fresh /proc in a user namespace',
    needed: 'lessons',
    async look(machine) {
      machine.addon()
      const { errno, call } = await machine.tryClone(['user', 'pid', 'mnt'], { mountProc: true })
      if (errno === 0) return { ok: true, found: 'it was mounted' }
      const { masked } = surroundings(machine)
      if (masked.length === 0 || !call.startsWith('mount'))
        return whyNoUserNamespace(machine, { errno, call })
      return {
        ok: false,
        found: `${call}: ${errnoCode(errno)}, ${errnoText(errno)}`,
        why: `parts of /proc are masked here (${few(masked)}): the kernel mounts no /proc that would show them`,
        remedy: openContainer,
      }
    },
  }),
]

/** All kinds are known and a user namespace may be made: then it is the number of one kind that is used up. */
function whyNotAll(machine: Machine, refusal: { errno: number; call: string }): Finding {
  const none = kinds.filter((kind) => sysctl(machine, `user/max_${kind}_namespaces`) === 0)
  if (refusal.errno !== 28 || none.length === 0 || none.includes('user'))
    return whyNoUserNamespace(machine, refusal)
  return {
    ok: false,
    found: none.map((kind) => `user.max_${kind}_namespaces = 0`).join(', '),
    why: 'this machine allows none of that kind',
    remedy: none.map((kind) => asRoot(`sysctl -w user.max_${kind}_namespaces=10000`, machine)),
  }
}

function few(paths: string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ')
}
