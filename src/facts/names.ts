import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { type IdRange, ids } from './ids.ts'
import type { View } from './view.ts'

/** A range of an id map, with the names that its first id has on either side. */
export interface NamedRange extends IdRange {
  /** In the process's own /etc/passwd or /etc/group; undefined when nobody there has the number. */
  insideName: string | undefined
  /** In the reader's. */
  outsideName: string | undefined
}

export interface NamedMaps {
  uid: NamedRange[]
  gid: NamedRange[]
}

/** The id maps of a process with names (`root` inside is `learner` outside); undefined when it is gone. */
export function namedMaps(view: View, pid: number): NamedMaps | undefined {
  const facts = ids(view, pid)
  if (!facts) return undefined
  const root = `${view.proc}/${pid}/root`
  const name = (map: IdRange[], file: 'passwd' | 'group') => {
    const [inside, outside] = [accounts(root, file), accounts('', file)]
    return map.map((range) => ({
      ...range,
      insideName: inside.get(range.inside),
      outsideName: outside.get(range.outside),
    }))
  }
  return { uid: name(facts.uidMap, 'passwd'), gid: name(facts.gidMap, 'group') }
}

/** What a process would call a user: the name of the number in the /etc/passwd under its own root. */
export function userName(view: View, pid: number, uid: number): string | undefined {
  return accounts(`${view.proc}/${pid}/root`, 'passwd').get(uid)
}

/** What a process would call a group. */
export function groupName(view: View, pid: number, gid: number): string | undefined {
  return accounts(`${view.proc}/${pid}/root`, 'group').get(gid)
}

/** As many bytes of an account file as are read: some thousand lines. */
const limit = 1024 * 1024

/** Names by number. The first line counts, as for getpwuid(3). A file that is not there names nobody. */
function accounts(root: string, file: 'passwd' | 'group'): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of readAccounts(root, file).split('\n')) {
    const [name, , id] = line.split(':')
    if (name && id && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}

/** A root file system may be anybody's: a link in it would be followed with our eyes, a pipe would hold us. */
function readAccounts(root: string, file: string): string {
  const open: number[] = []
  try {
    open.push(openSync(`${root}/etc`, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW))
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const fd = openSync(`/proc/self/fd/${open[0]}/${file}`, flags)
    open.push(fd)
    if (!fstatSync(fd).isFile()) return ''
    const text = Buffer.alloc(limit)
    return text.toString('utf8', 0, readSync(fd, text, 0, limit, 0))
  } catch {
    return ''
  } finally {
    for (const fd of open) closeSync(fd)
  }
}
