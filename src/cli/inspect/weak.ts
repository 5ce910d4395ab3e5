import type { NamespaceType } from '../../facts/index.ts'
import type { Lesson } from './lessons.ts'
import { dangerous, powers } from './powers.ts'
import type { Reading } from './report.ts'

/** Something that lets a container reach further than its walls. */
export interface Weakness {
  name: WeaknessName
  /** One sentence. */
  says: string
  lesson: Lesson
}

export type WeaknessName = (typeof table)[number]['name']

interface Rule {
  name: string
  lesson: Lesson
  /** The sentence; undefined where the process does not have this weakness, or it cannot be known. */
  finds(about: Reading): string | undefined
}

/** What is looked for, the worst first. */
const table = [
  {
    name: 'privileged',
    lesson: 'container',
    finds: (about) =>
      hasAllPowers(about) && about.ids.seccomp === 'disabled'
        ? "it holds every capability that root has here, and no seccomp filter stops it, as with docker's --privileged"
        : undefined,
  },
  {
    name: 'engine-socket',
    lesson: 'mnt',
    finds: ({ engineSockets }) =>
      some(
        engineSockets,
        (paths) => `it reaches ${paths}: who may talk to the engine is root on the machine`,
      ),
  },
  {
    name: 'root-outside',
    lesson: 'user',
    finds: ({ user }) =>
      user.outside === 0
        ? 'root inside is root outside: what gets out of it is root on the machine'
        : undefined,
  },
  {
    name: 'capabilities',
    lesson: 'user',
    finds: (about) => {
      if (hasAllPowers(about) || !overMachine(about)) return undefined
      const held = about.ids.capabilities.effective.filter((name) => dangerous.includes(name))
      return some(held, () => held.map((name) => `${name}: it may ${powers[name]}`).join('; '))
    },
  },
  {
    name: 'shared-tree',
    lesson: 'mnt',
    finds: (about) => {
      if (about.contained !== true) return undefined
      if (shares(about, 'mnt') && !overMachine(about)) return undefined
      if (shares(about, 'mnt'))
        return 'it is in your mount namespace: what it mounts, you see, and the other way round'
      if (about.sameRoot !== true) return undefined
      const writable = about.mounts?.lines.find(({ at }) => at === '/')?.writable
      return `its root directory is the machine's, ${writable ? 'writable' : 'read-only'}: it finds all your files`
    },
  },
  {
    name: 'writable-directory',
    lesson: 'mnt',
    finds: ({ mounts, engineSockets }) => {
      const open = mounts?.lines.filter(
        ({ kind, writable, at }) => kind === 'machine' && writable && !engineSockets.includes(at),
      )
      return some(
        (open ?? []).map(({ from, at }) => (from === at ? at : `${from} (at ${at})`)),
        (paths) => `it writes to the machine's files: ${paths}`,
      )
    },
  },
  {
    name: 'propagation',
    lesson: 'mnt',
    finds: ({ propagating }) =>
      some(propagating, (paths) => `what it mounts below ${paths} appears on the machine`),
  },
  {
    name: 'disks',
    lesson: 'mnt',
    finds: (about) =>
      overMachine(about)
        ? some(
            about.devices.filter(({ kind }) => kind === 'block').map(({ name }) => `/dev/${name}`),
            (paths) => `disks are in its /dev: ${paths}`,
          )
        : undefined,
  },
  {
    name: 'machine-proc',
    lesson: 'pid',
    finds: (about) =>
      own(about, 'pid') && about.mounts?.lines.some(({ kind, from }) => kind === 'proc' && from !== undefined)
        ? "its /proc is the machine's: it still sees your processes, though it cannot signal them by number"
        : undefined,
  },
  {
    name: 'machine-settings',
    lesson: 'mnt',
    finds: (about) => {
      if (!overMachine(about) || !own(about, 'mnt') || about.sameRoot || !about.mounts) return undefined
      const { lines, frozen } = about.mounts
      const open = [
        ...(lines.some(({ at }) => at === '/proc') && !frozen.includes('/proc/sys') ? ['/proc/sys'] : []),
        ...lines.filter(({ kind, writable }) => kind === 'sys' && writable).map(({ at }) => at),
      ]
      return some(open, (paths) => `it writes the machine's settings: ${paths}`)
    },
  },
  {
    name: 'shared-pid',
    lesson: 'pid',
    finds: (about) =>
      shared(about, 'pid', 'it sees every process of the machine, and may signal those of its user'),
  },
  {
    name: 'shared-net',
    lesson: 'net',
    finds: (about) =>
      shared(about, 'net', "it uses the machine's links and ports, and reaches what listens on 127.0.0.1"),
  },
  {
    name: 'shared-ipc',
    lesson: 'ipc',
    finds: (about) => shared(about, 'ipc', 'it finds the System V objects and message queues of the machine'),
  },
  {
    name: 'shared-uts',
    lesson: 'uts',
    finds: (about) =>
      overMachine(about) && about.ids.capabilities.effective.includes('CAP_SYS_ADMIN')
        ? shared(about, 'uts', 'it may rename the machine')
        : undefined,
  },
  {
    name: 'no-seccomp',
    lesson: 'container',
    finds: ({ ids }) =>
      ids.seccomp === 'disabled'
        ? 'no seccomp filter: it may ask your kernel for any system call, and there is only this one kernel'
        : undefined,
  },
  {
    name: 'new-privileges',
    lesson: 'container',
    finds: ({ ids }) =>
      ids.noNewPrivs ? undefined : 'no_new_privs is off: a set-user-ID program gives it more than it has',
  },
] as const satisfies Rule[]

/** What is weak, the worst first. Nothing where it is no container, or where that may not be known. */
export function weaknesses(about: Reading): Weakness[] {
  if (!about.contained) return []
  return table.flatMap(({ name, lesson, finds }) => {
    const says = finds(about)
    return says === undefined ? [] : [{ name, says, lesson }]
  })
}

// ---

const shares = ({ namespaces }: Reading, kind: NamespaceType) => namespaces[kind]?.shared === true
const own = ({ namespaces }: Reading, kind: NamespaceType) => namespaces[kind]?.shared === false

function shared(about: Reading, kind: NamespaceType, says: string): string | undefined {
  return shares(about, kind) ? says : undefined
}

/** Its capabilities count on the machine itself, and not only over what a user namespace of its own owns. */
function overMachine(about: Reading): boolean {
  return shares(about, 'user')
}

function hasAllPowers(about: Reading): boolean {
  const { effective } = about.ids.capabilities
  return (
    overMachine(about) &&
    about.machineCapabilities.length > 0 &&
    about.machineCapabilities.every((name) => effective.includes(name))
  )
}

function some(found: string[], says: (list: string) => string): string | undefined {
  const list = found.length > 4 ? [...found.slice(0, 3), `${found.length - 3} more`] : found
  return found.length === 0 ? undefined : says(list.join(', '))
}
