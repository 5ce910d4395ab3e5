import { KernelError } from '../kernel/error.ts'
import { readPids, readText } from './read.ts'
import { type Ids, numbers, statusField, statusIds } from './status.ts'
import type { View } from './view.ts'

/** One process, as `/proc/PID/stat`, `status` and `cmdline` tell it (`man 5 proc_pid_stat`). */
export interface Process {
  /** Its number in the view. */
  pid: number
  /** Its parent's number in the view; 0 when the view does not show the parent. */
  ppid: number
  /** At most 15 bytes, chosen by the process itself: may hold spaces, parentheses and newlines. */
  name: string
  /** The command line, one entry an argument; empty for kernel threads and zombies. A process may rewrite it. */
  command: string[]
  /** One letter: R running, S sleeping, D waiting for a disk, T stopped, t traced, Z zombie, I idle. */
  state: string
  /** Its number in each PID namespace, from the view's inwards: the last is what it calls itself. */
  nspid: number[]
  /** In the numbers of the *reader's* user namespace, whatever the view. */
  uid: Ids
  gid: Ids
  threads: number
  /** Clock ticks after the machine's boot (100 a second): with the pid it names one process for ever. */
  started: number
  /** Device number of the controlling terminal; 0 for none. */
  tty: number
  /** The process group in the foreground of that terminal; -1 for none. */
  foreground: number
  session: number
  pgrp: number
  /** A thread of the kernel: no program, no memory of its own. */
  kernel: boolean
}

/** All processes that the view shows, by number. One that ends while we look is left out. */
export function processes(view: View): Process[] {
  return readPids(view).flatMap((pid) => process(view, pid) ?? [])
}

/** One process, or undefined when it is gone (or was never there). */
export function process(view: View, pid: number): Process | undefined {
  const stat = readText(`${view.proc}/${pid}/stat`)
  const status = readText(`${view.proc}/${pid}/status`)
  const cmdline = readText(`${view.proc}/${pid}/cmdline`)
  if (!stat || !status || cmdline === undefined) return undefined
  return parseProcess(stat, status, cmdline)
}

/** One process; a `KernelError` (ESRCH) that says where to look when there is none of that number. */
export function requireProcess(view: View, pid: number): Process {
  const found = process(view, pid)
  if (found) return found
  // The usual mistake: the number was read inside a container, where it means another process.
  const inner = processes(view).find((one) => one.nspid.slice(1).includes(pid))
  throw new KernelError({
    piece: 'facts',
    call: `open("${view.proc}/${pid}/stat")`,
    errno: 3,
    because: inner
      ? `${pid} is a number of another PID namespace; here that process, ${inner.name}, is ${inner.pid}`
      : `no process has the number ${pid} here: it has ended, or the number belongs to another PID namespace`,
    remedy: inner ? `use ${inner.pid}` : 'list the processes and their numbers: ps -e',
    learn: 'cooper learn pid',
  })
}

/** The children of a process, by number. */
export function children(list: Process[], pid: number): Process[] {
  return list.filter((one) => one.ppid === pid)
}

// A list read while processes move may, for a moment, hold a circle: both walks remember where they have been.

/** Children, their children and so on: each right after its parent. */
export function descendants(list: Process[], pid: number): Process[] {
  const met = new Set([pid])
  return below(pid)

  function below(parent: number): Process[] {
    return children(list, parent).flatMap((one) => {
      if (met.has(one.pid)) return []
      met.add(one.pid)
      return [one, ...below(one.pid)]
    })
  }
}

/** The parent, its parent and so on, as far as the list goes. */
export function parents(list: Process[], pid: number): Process[] {
  const byPid = new Map(list.map((one) => [one.pid, one]))
  const met = new Set([pid])
  const line: Process[] = []
  for (let at = parentOf(pid); at && !met.has(at.pid); at = parentOf(at.pid)) {
    met.add(at.pid)
    line.push(at)
  }
  return line

  function parentOf(child: number): Process | undefined {
    return byPid.get(byPid.get(child)?.ppid ?? 0)
  }
}

const PF_KTHREAD = 0x200000

/** The three files of one process, parsed. `stat` gives the name as it is; `status` would escape newlines in it. */
export function parseProcess(stat: string, status: string, cmdline: string): Process {
  // The name may hold ") R 1 (": it ends at the *last* parenthesis, for all that follows it are numbers.
  const open = stat.indexOf('(')
  const close = stat.lastIndexOf(')')
  const [state = '?', ...rest] = stat.slice(close + 2).split(' ')
  // proc_pid_stat(5) counts from 1: state is field 3, and `rest` starts with field 4.
  const field = (number: number): number => Number(rest[number - 4])
  const pid = Number(stat.slice(0, open))
  return {
    pid,
    ppid: field(4),
    name: stat.slice(open + 1, close),
    command: parseCommand(cmdline),
    state,
    nspid: numbers(statusField(status, 'NSpid')) ?? [pid],
    uid: statusIds(status, 'Uid'),
    gid: statusIds(status, 'Gid'),
    threads: field(20),
    started: field(22),
    tty: field(7),
    foreground: field(8),
    session: field(6),
    pgrp: field(5),
    kernel: (field(9) & PF_KTHREAD) !== 0,
  }
}

function parseCommand(cmdline: string): string[] {
  // A process that renames itself leaves zeros behind: they cannot be told from empty last arguments.
  let end = cmdline.length
  while (end > 0 && cmdline.charCodeAt(end - 1) === 0) end--
  return end === 0 ? [] : cmdline.slice(0, end).split('\0')
}
