import { sameNamespace } from '../namespaces.ts'
import type { Seen } from '../snapshot.ts'
import { type Comparison, differing, founder, type Moment, same } from './comparison.ts'
import { commandLine, list, what, who } from './words.ts'

/** Processes that are new, changed or gone, by number. */
export function changedProcesses(comparison: Comparison): string[] {
  const { before, after } = comparison
  const gone = before.processes.filter((one) => !same(one, after))
  return [...after.processes, ...gone]
    .sort((a, b) => a.pid - b.pid || a.started - b.started)
    .flatMap((one) => {
      if (gone.includes(one)) return [`gone: process ${what(one)}`]
      const was = same(one, before)
      return was ? changed(was, one, comparison) : [born(one, comparison)]
    })
}

function born(one: Seen, comparison: Comparison): string {
  const { after } = comparison
  const parent = after.byPid.get(one.ppid)
  const clauses = [innerNumbers(one)]
  if (parent) {
    const joined = joinedText(one, differing(one, parent), comparison)
    if (joined) clauses.push(`in ${joined}`)
    if (one.root !== parent.root && differing(one, parent).indexOf('mnt') < 0) clauses.push(rootText(one))
  }
  if (awayChildren(one, after)) clauses.push('whose children are born in another pid namespace')
  if (one.state === 'Z') clauses.push('which has already ended and waits to be reaped: a zombie')
  return [`new process ${what(one)}`, ...clauses.filter(Boolean)].join(', ')
}

function changed(was: Seen, one: Seen, comparison: Comparison): string[] {
  const { before, after } = comparison
  const told: string[] = []
  const ended = one.state === 'Z'
  if (ended && was.state !== 'Z') {
    told.push(`process ${what(was)} has ended and waits to be reaped: a zombie`)
  }
  if (!ended && commandLine(one) !== commandLine(was)) {
    told.push(`process ${one.pid} is now ${commandLine(one)}; it was ${commandLine(was)}`)
  } else if (!ended && one.name !== was.name) {
    told.push(`process ${what(one)} has a new name: ${who(one)}`)
  }
  if (one.ppid !== was.ppid) {
    const parent = after.byPid.get(one.ppid)
    told.push(`process ${what(one)} was adopted by ${parent ? who(parent) : `a process out of sight`}`)
  }
  const moved = differing(was, one)
  const joined = joinedText(one, moved, comparison)
  if (joined) told.push(`process ${what(one)} moved into ${joined}`)
  if (one.root !== was.root && one.root && was.root && !moved.includes('mnt')) {
    told.push(`process ${what(one)} has a new root: ${one.root}`)
  }
  if (awayChildren(one, after) && !awayChildren(was, before)) {
    told.push(`from now on, children of ${who(one)} are born in another pid namespace`)
  }
  return told
}

/** `the net and uts namespaces of sleep (900)`; nothing for namespaces that are new: those are told already. */
function joinedText(one: Seen, kinds: ReturnType<typeof differing>, { after, fresh }: Comparison): string {
  const hosts = new Map<Seen, string[]>()
  for (const kind of kinds) {
    const ref = one.namespaces[kind]
    const host = founder(after, ref)
    if (!host || host === one || fresh.some((other) => sameNamespace(ref, other.ref))) continue
    hosts.set(host, [...(hosts.get(host) ?? []), kind])
  }
  const texts = [...hosts].map(
    ([host, found]) => `the ${list(found)} namespace${found.length > 1 ? 's' : ''} of ${who(host)}`,
  )
  return list(texts)
}

/** `which is 1 in its own pid namespace`, and what it is in those in between. */
function innerNumbers(one: Seen): string {
  const inner = one.nspid.slice(1)
  const own = inner.pop()
  if (own === undefined) return ''
  const between = inner.map(
    (pid, depth) => `${pid} in the ${['first', 'second', 'third'][depth] ?? 'next'} one in`,
  )
  return `which is ${list([...between, `${own} in its own pid namespace`])}`
}

function rootText(one: Seen): string {
  return one.root ? `with its root at ${one.root}` : ''
}

/** unshare(CLONE_NEWPID) and setns move the children to come, not the caller; before the first, the link is not there. */
function awayChildren(one: Seen, at: Moment): boolean {
  const { pid, pid_for_children: children } = one.namespaces
  if (!pid || one.state === 'Z') return false
  if (children) return !sameNamespace(pid, children)
  // Before Linux 4.12 there is no such link at all.
  return at.processes.some((other) => other.namespaces.pid_for_children)
}
