import { readFileSync } from 'node:fs'

/** What the kernel gives its first process, and what most systems leave it at: INR_OPEN_CUR in linux/fs.h. */
const usual = 1024

let known: number | undefined

/**
 * The soft limit of open files that a program of ours should find (getrlimit(2), RLIMIT_NOFILE): the one that we were
 * started with. Node raises its own to the hard limit before we run, and does not remember. But whoever started us has
 * its limits still, and with the same hard limit we have most likely inherited both.
 */
export function openFiles(): number {
  known ??= inherited() ?? usual
  return known
}

function inherited(): number | undefined {
  const [ours, theirs] = [process.pid, process.ppid].map(limitsOf)
  return ours && theirs?.hard === ours.hard ? theirs.soft : undefined
}

/** From the table of proc_pid_limits(5). */
function limitsOf(pid: number): { soft: number; hard: number } | undefined {
  try {
    const [, soft, hard] =
      /^Max open files +(\d+) +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8')) ?? []
    return { soft: Number(soft), hard: Number(hard) }
  } catch {
    return undefined
  }
}
