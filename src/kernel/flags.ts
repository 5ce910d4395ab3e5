/** The kinds of namespace that a container uses. `time` exists too; no piece needs it. */
export type Namespace = 'pid' | 'mnt' | 'net' | 'uts' | 'ipc' | 'user' | 'cgroup'

/** clone(2): the flag that makes, and with setns(2) joins, a namespace of each kind. */
export const namespaceFlags: Record<Namespace, { name: string; bit: number }> = {
  mnt: { name: 'CLONE_NEWNS', bit: 0x00020000 },
  cgroup: { name: 'CLONE_NEWCGROUP', bit: 0x02000000 },
  uts: { name: 'CLONE_NEWUTS', bit: 0x04000000 },
  ipc: { name: 'CLONE_NEWIPC', bit: 0x08000000 },
  user: { name: 'CLONE_NEWUSER', bit: 0x10000000 },
  pid: { name: 'CLONE_NEWPID', bit: 0x20000000 },
  net: { name: 'CLONE_NEWNET', bit: 0x40000000 },
}

export function namespaceBits(namespaces: readonly Namespace[]): number {
  return namespaces.reduce((bits, kind) => bits | namespaceFlags[kind].bit, 0)
}

/** `CLONE_NEWUSER | CLONE_NEWPID`, as one writes it in C; `0` for none. */
export function namespaceNames(namespaces: readonly Namespace[]): string {
  return namespaces.map((kind) => namespaceFlags[kind].name).join(' | ') || '0'
}

/** mount(2) and umount2(2): short words as mount(8) spells them, the C names, and the bits. */
const mountFlags = {
  ro: ['MS_RDONLY', 0x1],
  nosuid: ['MS_NOSUID', 0x2],
  nodev: ['MS_NODEV', 0x4],
  noexec: ['MS_NOEXEC', 0x8],
  remount: ['MS_REMOUNT', 0x20],
  bind: ['MS_BIND', 0x1000],
  move: ['MS_MOVE', 0x2000],
  rec: ['MS_REC', 0x4000],
  unbindable: ['MS_UNBINDABLE', 0x20000],
  private: ['MS_PRIVATE', 0x40000],
  slave: ['MS_SLAVE', 0x80000],
  shared: ['MS_SHARED', 0x100000],
} as const

export type MountFlag = keyof typeof mountFlags

export function mountBits(flags: readonly MountFlag[]): number {
  return flags.reduce((bits, flag) => bits | mountFlags[flag][1], 0)
}

/** `MS_BIND | MS_REC`, as one writes it in C; `0` for none. */
export function mountNames(flags: readonly MountFlag[]): string {
  return flags.map((flag) => mountFlags[flag][0]).join(' | ') || '0'
}
