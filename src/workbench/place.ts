import { accessSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import {
  descendants,
  groupsOf,
  ids,
  machine,
  namespaces,
  type Process,
  processes,
  process as processOf,
  sameNamespace,
  viewOf,
} from '../facts/index.ts'
import type { Namespace } from '../kernel/index.ts'
import { innermostShell } from './shells.ts'
import type { Place } from './terminal.ts'

const kinds: Namespace[] = ['user', 'mnt', 'pid', 'net', 'uts', 'ipc', 'cgroup']

/** A process's number in the workbench; undefined when it is not there. */
export function insideNumber(outside: number): number | undefined {
  return processOf(machine, outside)?.nspid.at(1)
}

/**
 * A process of the workbench as the machine sees it. Shells of terminals are children of whoever opened the workbench,
 * and so is its process 1: all that is in it comes from one parent. The numbers inside and the moment of its start are
 * the same from wherever one looks.
 */
export function outsideProcess(holder: number, inside: Process): Process | undefined {
  const all = processes(machine)
  const owner = all.find(({ pid }) => pid === holder)?.ppid
  if (owner === undefined) return undefined
  const numbers = inside.nspid.join(' ')
  return descendants(all, owner).find(
    ({ nspid, started }) => nspid.slice(1).join(' ') === numbers && started === inside.started,
  )
}

/**
 * Where a terminal's typing goes now: the namespaces, root and directory of its innermost shell. The descriptors are
 * the caller's to close.
 *
 * @param first the shell that the terminal was opened with, by its number on the machine
 */
export function placeOf(holder: number, first: number): Place {
  const inside = insideNumber(first)
  const inner = inside === undefined ? undefined : innermostShell(processes(viewOf(holder)), inside)
  const pid = (inner && outsideProcess(holder, inner)?.pid) ?? first
  const theirs = namespaces(machine, pid)
  const ours = namespaces(machine, process.pid)
  const differs = (kind: Namespace) => {
    const [there, here] = [theirs[kind], ours[kind]]
    return there !== undefined && here !== undefined && !sameNamespace(there, here)
  }
  return {
    pid,
    namespaces: kinds.filter(differs),
    root: openSync(`/proc/${pid}/root`, 'r'),
    cwd: openSync(`/proc/${pid}/cwd`, 'r'),
    clearGroups: ids(machine, pid)?.setgroups === 'allow',
    groups: theirGroups(pid),
  }
}

/** The control groups of a process that are not ours, as far as we may move somebody there. */
function theirGroups(pid: number): string[] {
  const ours = groupsOf(machine, process.pid).map(({ directory }) => directory)
  return groupsOf(machine, pid)
    .map(({ directory }) => directory)
    .filter((directory) => !ours.includes(directory) && isWritable(join(directory, 'cgroup.procs')))
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
