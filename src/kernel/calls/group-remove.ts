import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { quoted, verb, word } from './verb.ts'

/**
 * rmdir(2) of a control group with all below it, whatever is still in there: what is frozen is thawed, what runs is
 * killed. One that is gone already is as good. See cgroups(7), and cgroup.kill in the kernel's cgroup-v2.rst.
 */
export interface GroupRemoveArgs {
  at: string
  /** The groups between this one and ours go too, if they are empty. */
  top: string
}

/** A killed process leaves its group when it has let go of all it had: milliseconds, longer with much memory. */
const patience = 5000

const code = (error: unknown) => (error as NodeJS.ErrnoException).code

// #region call
export const groupRemove = verb<GroupRemoveArgs>({
  run: async ({ at, top }) => {
    const began = performance.now()
    while (!emptied(at)) {
      if (performance.now() - began > patience) rmdirSync(at)
      for (const group of tree(at)) {
        thaw(group)
        kill(group)
      }
      await pause(2)
    }
    for (let above = dirname(at); above !== top && above.startsWith(`${top}/`); above = dirname(above))
      if (!removed(above)) break
  },
  say: ({ at }) => `rmdir(${quoted(at)})`,
  shell: ({ at, top }) => {
    const loop = `until rmdir ${word(at)} || [ ! -e ${word(at)} ]; do xargs -r kill -KILL < ${word(`${at}/cgroup.procs`)}; sleep 0.1; done`
    return dirname(at) === top ? loop : `${loop}; rmdir ${word(dirname(at))}`
  },
  causes: {
    EBUSY: ({ at }) => ({
      because: `a process in ${at} was killed and does not end: it waits in the kernel, for a disk or a network`,
      remedy: `see which: cat ${at}/cgroup.procs`,
    }),
  },
})
// #endregion call

/** A group and all below it, the innermost first. Its files are no groups: in this file system only directories are. */
function tree(at: string): string[] {
  let below: string[] = []
  try {
    below = readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? tree(join(at, entry.name)) : [],
    )
  } catch {
    // It went while we looked.
  }
  return [...below, at]
}

/** Removes all that can go now; true when nothing is left. */
function emptied(at: string): boolean {
  return tree(at).map(removed).every(Boolean)
}

function removed(group: string): boolean {
  try {
    rmdirSync(group)
    return true
  } catch (error) {
    if (code(error) === 'ENOENT') return true
    if (code(error) === 'EBUSY' || code(error) === 'ENOTEMPTY') return false
    throw error
  }
}

/** In version 1 a SIGKILL to what is frozen waits for the thaw. */
function thaw(group: string): void {
  written(group, 'freezer.state', 'THAWED')
}

/** All processes of a group and of no other. Version 2 does it in one stroke, so that no fork escapes. */
function kill(group: string): void {
  const pids = processesIn(group)
  if (pids.length === 0) return
  if (!pids.includes(process.pid) && written(group, 'cgroup.kill', '1')) return
  for (const pid of pids) {
    // 0: one that our PID namespace does not know.
    if (pid === 0 || pid === process.pid) continue
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It is gone.
    }
  }
}

function processesIn(group: string): number[] {
  try {
    return readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** Writes to a file that only one version has; never makes one. */
function written(group: string, file: string, text: string): boolean {
  try {
    writeFileSync(join(group, file), text, { flag: 'r+' })
    return true
  } catch {
    return false
  }
}
