import { errnoCode, errnoText } from '../../kernel/index.ts'
import { asRoot } from './distribution.ts'
import { type Machine, sysctl } from './machine.ts'
import type { Finding } from './probe.ts'
import { openContainer, type Surroundings, surroundings } from './surroundings.ts'

type Refusal = { errno: number; call: string }

/** One known reason why the kernel refuses user namespaces: how to recognise it, and what to do about it. */
interface Cause {
  is(machine: Machine, refusal: Refusal, around: Surroundings): boolean
  found?: string
  why(around: Surroundings): string
  remedy(machine: Machine): string[]
}

const EPERM = 1
const EACCES = 13
const EINVAL = 22
const ENOSPC = 28

/** The settings of the kernel survive a restart only in a file. */
function set(name: string, value: number, file: string, machine: Machine): string[] {
  const sudo = machine.uid === 0 ? '' : 'sudo '
  return [
    `${asRoot(`sysctl -w ${name}=${value}`, machine)} (until the next start)`,
    `echo '${name}=${value}' | ${sudo}tee /etc/sysctl.d/${file} && ${asRoot('sysctl --system', machine)} (for good)`,
  ]
}

// The order is that of certainty: what a setting says in so many words comes before what is only likely.
const causes: Cause[] = [
  {
    is: (_, __, { wsl1 }) => wsl1,
    found: 'WSL 1',
    why: () => 'WSL 1 has no Linux kernel, and so no namespaces',
    remedy: () => ['in Windows: wsl --set-version DISTRIBUTION 2'],
  },
  {
    is: (_, __, { gvisor }) => gvisor,
    found: 'gVisor',
    why: () => 'the system calls go to gVisor, not to a Linux kernel',
    remedy: () => [
      'use a container with another runtime (docker run --runtime=runc --privileged …), or a machine',
    ],
  },
  {
    is: (machine) => sysctl(machine, 'user/max_user_namespaces') === 0,
    found: 'user.max_user_namespaces = 0',
    why: () => 'this machine allows no user namespaces at all',
    remedy: (machine) => set('user.max_user_namespaces', 10000, '60-cooper.conf', machine),
  },
  {
    is: (machine) => machine.uid !== 0 && sysctl(machine, 'kernel/unprivileged_userns_clone') === 0,
    found: 'kernel.unprivileged_userns_clone = 0',
    why: () => 'a setting of Debian’s kernels keeps user namespaces for root (the default before Debian 11)',
    remedy: (machine) => set('kernel.unprivileged_userns_clone', 1, '60-cooper.conf', machine),
  },
  {
    is: (machine, { errno }) =>
      (errno === EACCES || errno === EPERM) &&
      machine.uid !== 0 &&
      sysctl(machine, 'kernel/apparmor_restrict_unprivileged_userns') === 1,
    found: 'kernel.apparmor_restrict_unprivileged_userns = 1',
    why: () =>
      'AppArmor takes the power out of user namespaces made by programs it has no profile for (Ubuntu 23.10 on)',
    remedy: (machine) => [
      ...set('kernel.apparmor_restrict_unprivileged_userns', 0, '60-cooper.conf', machine),
      `or only for this Node: ${profile(machine)}`,
    ],
  },
  {
    is: (_, { errno, call }, { seccomp, container }) =>
      (errno === EPERM || errno === EACCES) &&
      (seccomp || (container !== undefined && call.startsWith('mount'))),
    why: ({ container = 'a sandbox', seccomp }) =>
      `this is ${container} without privileges${seccomp ? ': a seccomp filter stands before the kernel' : ''}`,
    remedy: () => openContainer,
  },
  {
    // With nothing else in the way, clone(2) has only this left to refuse for. A chroot into a mount looks like none.
    is: (_, { errno, call }, { chroot }) => chroot || (errno === EPERM && call.startsWith('clone')),
    why: ({ chroot }) =>
      `${chroot ? 'this' : 'probably this'} shell runs under chroot, where the kernel makes no user namespace`,
    remedy: () => [
      'leave the chroot, or enter it by pivot_root, as systemd-nspawn does (man 2 clone, EPERM)',
    ],
  },
  {
    is: (_, { errno }) => errno === ENOSPC,
    why: () => 'the limit on user namespaces is used up, or they are nested 32 deep',
    remedy: (machine) => set('user.max_user_namespaces', 10000, '60-cooper.conf', machine),
  },
  {
    is: (_, { errno }) => errno === EINVAL,
    why: () => 'this kernel was built without user namespaces (CONFIG_USER_NS)',
    remedy: () => ['use the distribution’s own kernel, or another machine'],
  },
]

/** Finds out which of the known causes it is, by looking at the settings of the machine. */
export function whyNoUserNamespace(machine: Machine, refusal: Refusal): Finding {
  const around = surroundings(machine)
  const said = `${refusal.call}: ${errnoCode(refusal.errno)}, ${errnoText(refusal.errno)}`
  const cause = causes.find(({ is }) => is(machine, refusal, around))
  if (!cause) {
    return {
      ok: false,
      found: said,
      why: 'none of the known causes is there; a security module may be (SELinux, AppArmor, a hardened kernel)',
      remedy: [`${asRoot('dmesg', machine)} | tail: the module that refused usually says so`],
    }
  }
  return {
    ok: false,
    found: cause.found ? `${cause.found} (${said})` : said,
    why: cause.why(around),
    remedy: cause.remedy(machine),
  }
}

/** A profile of AppArmor that changes nothing for Node but that it may have user namespaces; see apparmor.d(5). */
function profile(machine: Machine): string {
  const node = process.execPath
  const sudo = machine.uid === 0 ? '' : 'sudo '
  return [
    `${sudo}tee /etc/apparmor.d/cooper <<'END' && ${sudo}apparmor_parser -r /etc/apparmor.d/cooper`,
    'abi <abi/4.0>,',
    'include <tunables/global>',
    `profile cooper ${node} flags=(unconfined) {`,
    '  userns,',
    '}',
    'END',
  ].join('\n')
}
