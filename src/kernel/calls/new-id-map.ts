import { runProgram } from '../program.ts'
import { verb } from './verb.ts'

/**
 * newuidmap(1) and newgidmap(1): programs with the privilege to map what subuid(5) and subgid(5) grant to whoever
 * calls them.
 */
export interface NewIdMapArgs {
  kind: 'uid' | 'gid'
  ranges: { inside: number; outside: number; count: number }[]
}

const words = ({ kind, ranges }: NewIdMapArgs, child: string): [string, ...string[]] => [
  `new${kind}map`,
  child,
  ...ranges.flatMap(({ inside, outside, count }) => [inside, outside, count].map(String)),
]

// #region call
export const newIdMap = verb<NewIdMapArgs>({
  run: async (args, { child }) => {
    const { code, said } = await runProgram(words(args, String(child)))
    // The program says why in words only; the kernel's answer to such a map would have been EPERM.
    if (code !== 0)
      throw Object.assign(new Error(said.trim() || `it ended with status ${code}`), { errno: 1 })
  },
  say: (args) => words(args, 'CHILD').join(' '),
  shell: (args) => words(args, '$CHILD').join(' '),
  causes: {
    ENOENT: ({ kind }) => ({
      because: `there is no new${kind}map on this machine`,
      remedy: 'apt install uidmap',
    }),
    EPERM: ({ kind }) => ({
      because: `/etc/sub${kind} does not grant these ids to this user, or new${kind}map has no privilege here (a nosuid mount, no_new_privs, a tracer)`,
      remedy: 'cooper doctor',
    }),
  },
})
// #endregion call
