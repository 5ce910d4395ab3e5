import { execFile } from 'node:child_process'
import { verb } from './verb.ts'

/**
 * newuidmap(1) and newgidmap(1): programs with the privilege to map what subuid(5) and subgid(5) grant to whoever
 * calls them.
 */
export interface NewIdMapArgs {
  kind: 'uid' | 'gid'
  ranges: { inside: number; outside: number; count: number }[]
}

const words = ({ kind, ranges }: NewIdMapArgs, child: string) => [
  `new${kind}map`,
  child,
  ...ranges.flatMap(({ inside, outside, count }) => [inside, outside, count].map(String)),
]

// #region call
export const newIdMap = verb<NewIdMapArgs>({
  run: (args, { child }) =>
    new Promise((resolve, reject) => {
      const [program = '', ...rest] = words(args, String(child))
      execFile(program, rest, (error, _, said) => {
        if (!error) return resolve()
        // The program says why in words only; the kernel's answer to such a map would have been EPERM.
        reject(
          Object.assign(new Error(said.trim() || error.message), { errno: error.code === 'ENOENT' ? 2 : 1 }),
        )
      })
    }),
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
