import { join } from 'node:path'
import { quoted, verb, word } from './verb.ts'

/**
 * One write(2) of `0` to `tasks` of a version 1 group: whoever writes it goes there. It is the same as moving a child
 * from outside, and a hundred times as fast: no other thread is moved, so the kernel need not wait until nobody forks
 * (see `cgroup_procs_write_start` in its kernel/cgroup/cgroup.c).
 */
export interface GroupEnterArgs {
  at: string
}

const tasks = (at: string) => join(at, 'tasks')

// #region call
export const groupEnter = verb<GroupEnterArgs>({
  encode: ({ at }) => ['write', tasks(at), '0', 0, 0],
  say: ({ at }) => `write(open(${quoted(tasks(at))}), "0")`,
  shell: ({ at }) => `echo 0 > ${word(tasks(at))}`,
  causes: {
    ENOSPC: ({ at }) => ({
      because: `the cpuset ${at} has no processor, or no memory`,
      remedy: `give it some: echo 0 > ${at}/cpuset.cpus; echo 0 > ${at}/cpuset.mems`,
    }),
    EACCES: ({ at }) => ({ because: `who goes into ${at} must be allowed to write its file` }),
    ENOENT: ({ at }) => ({ because: `there is no group ${at}, or it is not one of version 1` }),
    ENODEV: ({ at }) => ({ because: `the group ${at} has just been removed` }),
  },
})
// #endregion call
