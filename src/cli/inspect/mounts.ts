import { type Mount, mountAt } from '../../facts/index.ts'

/** A mount of a container that is worth a line. */
export interface MountLine {
  at: string
  type: string
  writable: boolean
  /** What it shows of the machine, by the reader's own path; undefined for what is the container's alone. */
  from?: string
  kind: MountKind
  says: string
}

export interface MountReport {
  total: number
  lines: MountLine[]
  /** Mounts that the reader has too, at the same place: what unshare(2) copied. */
  copied: number
  /** Paths below /proc and /sys that are hidden, and those that are made read-only. */
  hidden: string[]
  frozen: string[]
}

export type MountKind = (typeof table)[number]['kind']

interface Scene {
  mount: Mount
  from: string | undefined
  writable: boolean
}

// The first that fits says it. What fits none is of no interest: a container has dozens.
const table = [
  {
    kind: 'root',
    fits: ({ mount }) => mount.at === '/',
    says: ({ mount, from, writable }) => {
      const upper = option(mount, 'upperdir')
      if (upper) return `layers; what it writes lands in ${upper}`
      const rights = writable ? 'writable' : 'read-only'
      return from === undefined
        ? `a ${mount.type} of its own, ${rights}`
        : `${from} of the machine, ${rights}`
    },
  },
  {
    kind: 'hidden',
    fits: ({ mount }) =>
      below(mount, '/proc', '/sys') && /^(dev)?tmpfs$/.test(mount.type) && mount.at !== '/sys/fs/cgroup',
    says: () => 'hidden',
  },
  {
    kind: 'frozen',
    fits: ({ mount, writable }) => below(mount, '/proc') && mount.type === 'proc' && !writable,
    says: () => 'read-only',
  },
  {
    kind: 'proc',
    fits: ({ mount }) => mount.type === 'proc',
    says: ({ from }) =>
      from === undefined ? 'its own, of its PID namespace' : "the machine's: it shows your processes",
  },
  {
    kind: 'sys',
    fits: ({ mount }) => mount.type === 'sysfs',
    says: ({ writable }) => (writable ? 'writable' : 'read-only'),
  },
  {
    kind: 'cgroup',
    fits: ({ mount }) => mount.type.startsWith('cgroup') && mount.at.startsWith('/sys/'),
    says: ({ writable }) => (writable ? 'writable: it may change its own limits' : 'read-only'),
  },
  {
    kind: 'engine',
    fits: ({ mount, from }) =>
      from !== undefined && ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'].includes(mount.at),
    says: () => 'a file that the engine writes',
  },
  {
    kind: 'device',
    fits: ({ mount, from }) => from !== undefined && below(mount, '/dev') && mount.type === 'devtmpfs',
    says: () => 'a device of the machine',
  },
  {
    kind: 'machine',
    fits: ({ from }) => from !== undefined,
    says: ({ from, writable }) => `${from} of the machine, ${writable ? 'writable' : 'read-only'}`,
  },
  {
    kind: 'own',
    fits: ({ mount }) => ['/dev', '/dev/shm', '/dev/pts', '/dev/mqueue', '/tmp', '/run'].includes(mount.at),
    says: ({ mount }) => `its own ${mount.type}`,
  },
] as const satisfies { kind: string; fits(scene: Scene): boolean; says(scene: Scene): string }[]

/**
 * The mounts of a container that matter, judged by what the reader has mounted.
 *
 * @param theirs as `mounts` of src/facts reads them, of a process in another mount namespace
 * @param ours the reader's
 */
export function judgeMounts(theirs: Mount[], ours: Mount[]): MountReport {
  const root = theirs.find(({ at }) => at === '/')
  // Only a tree that begins as ours is a copy: a volume, too, may lie where it lies on the machine.
  const copy =
    root !== undefined && ours.some((mount) => mount.at === '/' && likeness(mount) === likeness(root))
  const known = new Set(copy ? ours.map(likeness) : [])
  const report: MountReport = { total: theirs.length, lines: [], copied: 0, hidden: [], frozen: [] }
  for (const mount of theirs) {
    // What lies under another mount is seen by nobody.
    if (mountAt(theirs, mount.at) !== mount) continue
    if (mount !== root && known.has(likeness(mount)) && mount.type !== 'proc') {
      report.copied++
      continue
    }
    const scene = { mount, from: onMachine(mount, ours), writable: isWritable(mount) }
    const rule = table.find(({ fits }) => fits(scene))
    if (rule?.kind === 'hidden') report.hidden.push(mount.at)
    else if (rule?.kind === 'frozen') report.frozen.push(mount.at)
    else if (rule) {
      const { at, type } = mount
      const { from, writable } = scene
      report.lines.push({
        at,
        type,
        writable,
        ...(from !== undefined && { from }),
        kind: rule.kind,
        says: rule.says(scene),
      })
    }
  }
  return report
}

/** The reader's path of what a mount shows; undefined when the reader has no mount of that file system. */
function onMachine({ device, root }: Mount, ours: Mount[]): string | undefined {
  const [best] = ours
    .filter(
      (mount) => mount.device === device && (mount.root === '/' || `${root}/`.startsWith(`${mount.root}/`)),
    )
    .sort((a, b) => b.root.length - a.root.length)
  if (!best) return undefined
  const rest = best.root === '/' ? root : root.slice(best.root.length)
  return `${best.at}${rest}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')
}

function isWritable({ options, superOptions }: Mount): boolean {
  return options.includes('rw') && superOptions.includes('rw')
}

function option({ superOptions }: Mount, name: string): string | undefined {
  return superOptions.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
}

function below({ at }: Mount, ...directories: string[]): boolean {
  return directories.some((directory) => at.startsWith(`${directory}/`))
}

function likeness({ device, root, at }: Mount): string {
  return [device, root, at].join('\n')
}
