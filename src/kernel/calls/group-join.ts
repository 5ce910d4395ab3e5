import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quoted, verb, word } from './verb.ts'

/**
 * One write(2) to `cgroup.procs`, which moves a process with all its threads: the child, while it waits, so that all it
 * will ever start is born in the group. See cgroups(7), "Creating cgroups and moving processes".
 */
export interface GroupJoinArgs {
  at: string
  /** Not the child: whoever asks. */
  self?: true
}

// #region call
export const groupJoin = verb<GroupJoinArgs>({
  run: ({ at, self }, { child }) =>
    writeFileSync(join(at, 'cgroup.procs'), String(self ? process.pid : child), { flag: 'r+' }),
  say: ({ at, self }) => `write(open(${quoted(join(at, 'cgroup.procs'))}), "${self ? '0' : 'CHILD'}")`,
  shell: ({ at, self }) => `echo ${self ? '$$' : '$CHILD'} > ${word(join(at, 'cgroup.procs'))}`,
  causes: {
    EBUSY: ({ at }) => ({
      because: `${at} shares out controllers to groups below it, so no process may live in it (version 2)`,
      remedy: 'join one of those below',
    }),
    ENOSPC: ({ at }) => ({
      because: `the cpuset ${at} has no processor, or no memory`,
      remedy: `give it some: echo 0 > ${at}/cpuset.cpus; echo 0 > ${at}/cpuset.mems`,
    }),
    EACCES: ({ at }) => ({
      because: `a process is moved only by who may write ${at}/cgroup.procs and that of the nearest group above both`,
    }),
    ESRCH: () => ({ because: 'the process is gone' }),
    ENOENT: ({ at }) => ({ because: `there is no group ${at}` }),
    ENODEV: ({ at }) => ({ because: `the group ${at} has just been removed` }),
    ENOTSUP: ({ at }) => ({ because: `${at} is for single threads, and a process is moved as a whole` }),
  },
})
// #endregion call
