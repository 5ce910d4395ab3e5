import { join } from 'node:path'
import { type Machine, text } from './machine.ts'

type Manager = 'apt' | 'dnf' | 'pacman' | 'apk' | 'zypper'

/** Which Linux this is, by os-release(5). */
export interface Distribution {
  /** `debian`, `ubuntu`, `fedora` …; `linux` when it does not say. */
  id: string
  /** As it calls itself: `Debian GNU/Linux 12 (bookworm)`. */
  name: string
  version: string
  manager: Manager | undefined
}

const managers: Record<string, Manager> = {
  debian: 'apt',
  ubuntu: 'apt',
  fedora: 'dnf',
  rhel: 'dnf',
  centos: 'dnf',
  amzn: 'dnf',
  arch: 'pacman',
  alpine: 'apk',
  suse: 'zypper',
  opensuse: 'zypper',
}

const install: Record<Manager, string> = {
  apt: 'apt install',
  dnf: 'dnf install',
  pacman: 'pacman -S',
  apk: 'apk add',
  zypper: 'zypper install',
}

/** What may be missing, and who packages it how. */
export type Missing = keyof typeof packages

const packages = {
  bash: same('bash'),
  tmux: same('tmux'),
  nft: same('nftables'),
  'util-linux': { ...same('util-linux'), apt: 'util-linux mount' },
  iproute2: { ...same('iproute2'), dnf: 'iproute' },
  procps: { ...same('procps-ng'), apt: 'procps', zypper: 'procps' },
  uidmap: { apt: 'uidmap', dnf: 'shadow-utils', pacman: 'shadow', apk: 'shadow-uidmap', zypper: 'shadow' },
  compiler: {
    apt: 'g++ make python3',
    dnf: 'gcc-c++ make python3',
    pacman: 'gcc make python',
    apk: 'g++ make python3',
    zypper: 'gcc-c++ make python3',
  },
} satisfies Record<string, Record<Manager, string>>

function same(name: string): Record<Manager, string> {
  return { apt: name, dnf: name, pacman: name, apk: name, zypper: name }
}

export function distribution(machine: Machine): Distribution {
  const release = text(join(machine.etc, 'os-release')) ?? text(`${machine.root}/usr/lib/os-release`) ?? ''
  const fields = Object.fromEntries(
    [...release.matchAll(/^(\w+)=["']?(.*?)["']?$/gm)].map(([, name, value]) => [name, value ?? '']),
  )
  const id = fields.ID || 'linux'
  // `opensuse-tumbleweed` is known as opensuse; others say what they are like: `rhel centos fedora`.
  const names = [id, id.split('-')[0] ?? id, ...(fields.ID_LIKE ?? '').split(' ')]
  return {
    id,
    name: fields.PRETTY_NAME || fields.NAME || 'Linux',
    version: fields.VERSION_ID ?? '',
    manager: names.map((name) => managers[name]).find((manager) => manager !== undefined),
  }
}

/** How to get what is missing, on this distribution: `sudo apt install nftables`. */
export function installing(what: Missing, machine: Machine): string {
  const { manager } = distribution(machine)
  if (!manager) return `install the package that has ${what}`
  return asRoot(`${install[manager]} ${packages[what][manager]}`, machine)
}

/** A command that needs root, as this user would type it. */
export function asRoot(command: string, machine: Machine): string {
  return machine.uid === 0 ? command : `sudo ${command}`
}
