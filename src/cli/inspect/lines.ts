import { type NamespaceType, namespaceTypes } from '../../facts/index.ts'
import { idText } from './draw.ts'
import { type Lesson, lessonAbout, lessonOf } from './lessons.ts'
import type { LinkLine } from './links.ts'
import { powers } from './powers.ts'
import type { Inspection } from './report.ts'

/** A name, what there is to say of it, and the lesson that explains it. */
export interface Line {
  name: string
  text: string
  lesson?: Lesson
  bad?: boolean
}

/** What an own and what a shared namespace of each kind means, to be read after "own" or "shared". */
const meaning: Record<NamespaceType, [own: string, shared: string]> = {
  user: ['ids of its own; its root rules over nothing else', "its ids are the machine's"],
  mnt: ['a tree of mounts of its own', "the machine's mounts"],
  pid: ['process numbers of its own', 'it sees the processes that you see'],
  net: ['links, addresses and ports of its own', "the machine's links, addresses and ports"],
  uts: ['a host name of its own', "the machine's host name"],
  ipc: ['System V objects and message queues of its own', "the machine's System V objects and queues"],
  cgroup: ['its group looks like the root of all groups', 'it sees where among all groups it is'],
  time: ['clocks since boot of its own', "the machine's clocks since boot"],
}

/** What a namespace means to its process. */
export function namespaceSays(kind: NamespaceType, shared: boolean | null): string {
  if (shared === null) return 'may not be read'
  return meaning[kind][shared ? 1 : 0]
}

/** The sections of a report, in the order in which they are read; one without lines has nothing to say. */
export function sections(about: Inspection): [title: string, lines: Line[]][] {
  return [
    ['process', processLines(about)],
    ['namespaces', namespaceLines(about)],
    ['what it may do', powerLines(about)],
    ['mounts', mountLines(about)],
    ['links', linkLines(about)],
    ['control groups', cgroupLines(about)],
    ['weak', weakLines(about)],
    ['not read', about.unread.map(({ what, why }) => ({ name: '-', text: `${what}: ${why}` }))],
  ]
}

// ---

function processLines({ process, parent, user, group, namespaces, contained }: Inspection): Line[] {
  const { pid, nspid, name, command } = process
  const ids = (id: typeof user) => {
    const [inside, outside] = [idText(id, 'inside'), idText(id, 'outside')]
    return namespaces.user?.shared === false ? `${inside} inside, ${outside} for you` : outside
  }
  const kind =
    contained === null
      ? 'whether it is a container may not be read'
      : contained
        ? 'it has things of its own: what people call a container'
        : 'it has nothing of its own: not a container'
  return [
    { name: 'command', text: command.join(' ') || name, lesson: lessonAbout.process },
    { name: 'kind', text: kind, lesson: lessonAbout.process },
    {
      name: 'number',
      text: nspid.length > 1 ? `${pid} for you; ${nspid.slice(1).join(', then ')} inside` : `${pid}`,
      lesson: lessonAbout.numbers,
    },
    ...(parent
      ? [{ name: 'parent', text: `${parent.name} (${parent.pid})`, lesson: lessonAbout.process }]
      : []),
    { name: 'user', text: ids(user), lesson: lessonAbout.ids },
    { name: 'group', text: ids(group), lesson: lessonAbout.ids },
  ]
}

function namespaceLines({ namespaces, hostname }: Inspection): Line[] {
  return namespaceTypes.flatMap((kind): Line[] => {
    const line = namespaces[kind]
    if (!line) return []
    const { inode, shared } = line
    const says = namespaceSays(kind, shared)
    const text = kind === 'uts' && hostname !== undefined ? `${says}: ${hostname}` : says
    const word = shared === null ? '' : shared ? 'shared' : 'own'
    const name = inode === null ? kind : `${kind.padEnd(6)}  ${word.padEnd(6)}  ${inode}`
    return [{ name, text, lesson: lessonOf[kind] }]
  })
}

function powerLines({ ids, namespaces, machineCapabilities }: Inspection): Line[] {
  const { effective, bounding } = ids.capabilities
  const where = namespaces.user?.shared === false ? ', but only over what its user namespace owns' : ''
  const many = effective.length > machineCapabilities.length / 2
  return [
    {
      name: 'capabilities',
      text:
        effective.length > 0
          ? `${howMany(effective, machineCapabilities)}${where}`
          : bounding.length > 0
            ? 'none; a set-user-ID program could have some'
            : 'none, nor can any program give it one',
      lesson: lessonAbout.capabilities,
    },
    ...(many
      ? []
      : effective.map((name) => ({ name: '', text: `${name}: ${powers[name] ?? 'unknown to cooper'}` }))),
    {
      name: 'seccomp',
      text: {
        disabled: 'off: every system call reaches the kernel',
        strict: 'strict: it may only read, write and exit',
        filter: 'a filter decides which system calls reach the kernel',
      }[ids.seccomp],
      lesson: lessonAbout.seccomp,
    },
    {
      name: 'no_new_privs',
      text: ids.noNewPrivs ? 'on: no program gives it more than it has' : 'off: set-user-ID programs work',
      lesson: lessonAbout.noNewPrivs,
    },
  ]
}

/** All, all but a few, or so many that they are worth a line each. */
function howMany(held: string[], all: string[]): string {
  const lacks = all.filter((name) => !held.includes(name))
  if (lacks.length === 0) return 'all that root has here'
  return held.length > all.length / 2 ? `all but ${lacks.join(', ')}` : `${held.length} of ${all.length}`
}

function mountLines({ mounts, namespaces }: Inspection): Line[] {
  const lesson = lessonAbout.mounts
  if (!mounts) return namespaces.mnt?.shared ? [{ name: 'all', text: "the machine's", lesson }] : []
  const { lines, hidden, frozen, copied } = mounts
  // A container has a dozen mounts of which the same is true: told once, at the first.
  const alike = new Map<string, string[]>()
  for (const { at, says } of lines) alike.set(says, [...(alike.get(says) ?? []), at])
  const counted = (name: string, paths: string[]): Line[] =>
    paths.length === 0 ? [] : [{ name, text: paths.join(' '), lesson }]
  return [
    ...[...alike].map(([says, [first = '', ...more]]) => ({
      name: first,
      text: more.length > 0 ? `${says}; so ${more.length > 1 ? 'are' : 'is'} ${more.join(' ')}` : says,
      lesson,
    })),
    ...counted('hidden', hidden),
    ...counted('read-only', frozen),
    ...(copied > 0 ? [{ name: 'copied', text: `${copied} more, just as the machine has them`, lesson }] : []),
  ]
}

function linkLines({ net, namespaces }: Inspection): Line[] {
  const lesson = lessonAbout.links
  if (!net) return namespaces.net?.shared ? [{ name: 'all', text: "the machine's", lesson }] : []
  return [
    ...net.links.map((link) => ({ name: link.name, text: linkSays(link), lesson })),
    ...net.listeners.map(({ protocol, family, address, port }) => ({
      name: 'listens',
      text: `${protocol} ${family === 6 ? `[${address}]` : address}:${port}`,
      lesson,
    })),
  ]
}

function linkSays({ kind, up, addresses, outside }: LinkLine): string {
  const said = [kind, up ? 'up' : 'down', ...addresses].filter(Boolean).join(', ')
  if (!outside) return kind === 'veth' ? `${said}; its other end is out of sight` : said
  const { name, where, bridge } = outside
  const place = { machine: 'on the machine', inside: 'beside it', elsewhere: 'in a third namespace' }[where]
  const plugged = bridge ? `, in the bridge ${bridge.name}` : ''
  return `${said}; its other end is ${name} ${place}${outside.up ? '' : ', down'}${plugged}`
}

function cgroupLines({ cgroups }: Inspection): Line[] {
  // Version 1 has a tree for each controller, and mostly the same path in all of them.
  const paths = new Map<string, string[]>()
  for (const { version, controllers, name, path } of cgroups) {
    const key = `version ${version}\n${path}`
    paths.set(key, [...(paths.get(key) ?? []), ...controllers, ...(name === undefined ? [] : [name])])
  }
  return [...paths].map(([key, trees]) => {
    const [version = '', path = ''] = key.split('\n')
    const text = trees.length > 0 ? `${path} (${trees.join(', ')})` : path
    return { name: version, text, lesson: lessonAbout.cgroups }
  })
}

function weakLines({ weak, contained, namespaces }: Inspection): Line[] {
  if (contained === null) return [{ name: '-', text: 'not judged: that takes its namespaces' }]
  if (contained && weak.length === 0) return [{ name: '-', text: 'nothing that cooper looks for' }]
  const found: Line[] = weak.map(({ says, lesson }) => ({
    name: '!',
    text: says,
    lesson,
    bad: true,
  }))
  const blind = contained && Object.values(namespaces).some(({ shared }) => shared === null)
  return blind ? [...found, { name: '-', text: 'what takes its namespaces is not judged' }] : found
}
