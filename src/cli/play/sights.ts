import {
  type IdRange,
  ids,
  ipc,
  mountOf,
  mounts,
  namespaces,
  net,
  type Process,
  processes,
  sameNamespace,
  uts,
  type View,
} from '../../facts/index.ts'
import { KernelError } from '../../kernel/index.ts'

/** What one process sees of one piece: in a few words, and as data. */
export interface Sight {
  says: string
  facts: Record<string, unknown>
}

/** Who looks, and at whom; both by their numbers in the view. */
export interface Look {
  view: View
  eyes: number
  shell: Process
}

/**
 * What there is to see of each piece. The same question is asked with the eyes of the container's shell and with those
 * of the host's process 1; a piece without an entry shows its namespaces alone.
 */
export const sights: Readonly<Record<string, (look: Look) => Sight | Promise<Sight>>> = {
  pid({ view, eyes, shell }) {
    // A /proc shows the namespace of whoever mounted it, which need not be one's own: so it is theirs that is counted.
    const seen = processes({ proc: `${view.proc}/${eyes}/root/proc` }).length
    const own = shares('pid', { view, eyes, shell })
    const number = own ? shell.nspid.at(-1) : shell.nspid[0]
    return {
      says: `${count(seen, 'process', 'processes')}; the shell is ${number}`,
      facts: { processes: seen, shell: number },
    }
  },

  mnt({ view, eyes }) {
    const list = mounts(view, eyes)
    const { type, device } = mountOf(list, '/') ?? {}
    return {
      says: `${count(list.length, 'mount')}; / is ${type} ${device}`,
      facts: { mounts: list.length, root: { type, device } },
    }
  },

  async net({ view, eyes }) {
    const found = await net(view, eyes).catch(unlessRefused)
    if (!found) return unseen
    const links = found.links.map(({ index, name }) => ({
      name,
      addresses: found.addresses
        .filter(({ link, scope }) => link === index && scope === 'global')
        .map(({ address, prefix }) => `${address}/${prefix}`),
    }))
    const says = links.map(({ name, addresses }) => [name, ...addresses].join(' ')).join(', ')
    return { says: says || 'no links', facts: { links } }
  },

  async uts({ view, eyes }) {
    const names = await uts(view, eyes)
    return names ? { says: `host name ${names.hostname}`, facts: { hostname: names.hostname } } : unseen
  },

  async ipc({ view, eyes }) {
    const found = await ipc(view, eyes)
    if (!found) return unseen
    const objects = found.segments.length + found.semaphores.length + found.queues.length
    return { says: objects ? count(objects, 'System V object') : 'no System V objects', facts: { objects } }
  },

  user(look) {
    const { view, eyes, shell } = look
    const uid = through(ids(view, eyes)?.uidMap ?? [], shell.uid.effective)
    // Capabilities count in one's own user namespace and those below it, never above: user_namespaces(7).
    const held = shares('user', look) ? (ids(view, shell.pid)?.capabilities.effective.length ?? 0) : 0
    return {
      says: `uid ${uid ?? 'unknown'}, ${held ? count(held, 'capability', 'capabilities') : 'no capabilities'}`,
      facts: { uid: uid ?? null, capabilities: held },
    }
  },
}

// ---

const unseen: Sight = { says: 'may not be seen', facts: {} }

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof KernelError)) throw error
}

function shares(kind: 'pid' | 'user', { view, eyes, shell }: Look): boolean {
  return sameNamespace(namespaces(view, eyes)[kind], namespaces(view, shell.pid)[kind])
}

/** What an id of ours is called behind a map. */
function through(map: IdRange[], id: number): number | undefined {
  const range = map.find(({ outside, count: length }) => outside <= id && id < outside + length)
  return range && range.inside + id - range.outside
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
