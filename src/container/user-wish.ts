import { KernelError, readInRoot } from '../kernel/index.ts'
import type { Box, Ids } from './box.ts'
import { isMapped } from './ids.ts'

/** A line of passwd(5), or what is known of a user that has none. */
interface Account {
  uid: number
  gid: number
  name?: string
  home: string
}

/** Whom `--user` means, and where they live. */
export interface RunAs {
  user: NonNullable<Box['user']>
  home: string
}

/**
 * Reads `--user USER[:GROUP]`, names or numbers, by the container's own /etc/passwd and /etc/group: a name of the
 * machine means nothing there.
 */
export function userWish(text: string, root: string, ids: Ids | undefined): RunAs {
  const [who = '', group, ...more] = text.split(':')
  if (more.length > 0) throw unknownUser(text)
  const account = accountOf(who, root)
  const gid = group === undefined ? account.gid : groupOf(group, root)
  refuseUnmapped('uid', account.uid, ids?.uid)
  refuseUnmapped('gid', gid, ids?.gid)
  const groups = group === undefined && account.name ? groupsOf(account.name, root) : []
  return {
    user: { uid: account.uid, gid, groups: groups.filter((id) => isMapped(ids?.gid ?? everyone, id)) },
    home: account.home,
  }
}

const everyone = [{ inside: 0, outside: 0, count: 2 ** 32 - 1 }]

/** Ids above this are refused: the last ones mean "nobody" or "leave it" to the kernel (setresuid(2)). */
const largest = 2 ** 31 - 1

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text)
}

function isId(text: string | undefined): text is string {
  return isNumber(text) && Number(text) <= largest
}

function lines(root: string, file: string): string[][] {
  return (readInRoot(root, file) ?? '').split('\n').map((line) => line.split(':'))
}

function accountOf(who: string, root: string): Account {
  const found = lines(root, 'etc/passwd').find(
    ([name, , uid, gid]) => isNumber(uid) && isNumber(gid) && who !== '' && (name === who || uid === who),
  )
  if (found) {
    const [name = '', , uid = '', gid = '', , home] = found
    return { uid: idOf(who, 'passwd', uid), gid: idOf(who, 'passwd', gid), name, home: home || '/' }
  }
  if (isNumber(who)) return { uid: idOf(who, undefined, who), gid: 0, home: '/' }
  throw unknownUser(who)
}

/** An id that the kernel takes, of what was asked for, and of the file below /etc that it stands in. */
function idOf(asked: string, file: string | undefined, text: string): number {
  if (isId(text)) return Number(text)
  throw new KernelError({
    piece: 'user',
    call: `--user ${asked}`,
    errno: 0,
    because: `${file ? `the container's /etc/${file} says ${text}, which` : text} is no id: they go from 0 to ${largest}`,
    remedy: file
      ? 'give a number, or mend that file'
      : 'give a smaller number, or a name that stands in the container’s files',
    learn: 'cooper learn user',
  })
}

function unknownUser(who: string): KernelError {
  return new KernelError({
    piece: 'user',
    call: `--user ${who}`,
    errno: 0,
    because: `the container's /etc/passwd has no user ${JSON.stringify(who)}, and it is no number`,
    remedy: 'give USER or USER:GROUP, each a number or a name that stands in the container’s files',
    learn: 'cooper learn user',
  })
}

function groupOf(group: string, root: string): number {
  const [, , gid] = lines(root, 'etc/group').find(([name, , gid]) => name === group && isNumber(gid)) ?? []
  if (gid !== undefined) return idOf(`:${group}`, 'group', gid)
  if (isNumber(group)) return idOf(`:${group}`, undefined, group)
  throw new KernelError({
    piece: 'user',
    call: `--user :${group}`,
    errno: 0,
    because: `the container's /etc/group has no group ${JSON.stringify(group)}`,
    remedy: 'give a number, or a name that stands in that file',
    learn: 'cooper learn user',
  })
}

function groupsOf(name: string, root: string): number[] {
  return lines(root, 'etc/group').flatMap(([, , gid, members = '']) =>
    isId(gid) && members.split(',').includes(name) ? [Number(gid)] : [],
  )
}

function refuseUnmapped(kind: 'uid' | 'gid', id: number, map: Ids['uid'] | undefined): void {
  if (!map || isMapped(map, id)) return
  const ranges = map.map(({ inside, count }) =>
    count === 1 ? `${inside}` : `${inside} to ${inside + count - 1}`,
  )
  throw new KernelError({
    piece: 'user',
    call: `setres${kind}(${id}, ${id}, ${id})`,
    errno: 22,
    because: `${kind} ${id} is not in the container's map, which holds ${ranges.join(' and ')}`,
    remedy:
      map.length === 1 && map[0]!.count === 1
        ? 'a range of ids takes root, or newuidmap and a line in /etc/subuid (cooper doctor)'
        : 'choose one of those',
    learn: 'cooper learn user',
  })
}
