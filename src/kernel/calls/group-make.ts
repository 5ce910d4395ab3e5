import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { quoted, verb, word } from './verb.ts'

/** mkdir(2) of a control group, and of those above it that are ours to make. See cgroups(7). */
export interface GroupMakeArgs {
  at: string
  /** The nearest group above it that is there already, and not ours. */
  top: string
  version: 1 | 2
  /** Of version 1, those of the hierarchy; of version 2, those that are to be limited in it. */
  controllers: string[]
  /** Whom it is handed to, so that they may make groups below it and move their processes there. */
  owner?: { uid: number; gid: number }
  /** It goes with the group above, which somebody else removes. */
  stays?: boolean
}

/** What whoever gets a group may write; its limits stay with whoever made it. */
const handed = ['', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control', 'tasks']

const read = (...parts: string[]) => readFileSync(join(...parts), 'utf8').trim()
const code = (error: unknown) => (error as NodeJS.ErrnoException).code

// #region call
export const groupMake = verb<GroupMakeArgs>({
  run: (args) => {
    const { at, top, owner } = args
    for (let parent = top; parent !== at; ) {
      const group = join(parent, relative(parent, at).split('/')[0]!)
      // Whoever removes the last group next to ours also removes the one above: then it is made again.
      parent = makeOne(group, parent, args) ? group : top
    }
    if (!owner) return
    for (const file of handed.map((name) => join(at, name)))
      if (existsSync(file)) chownSync(file, owner.uid, owner.gid)
  },
  undo: ({ at, top, stays }) => (stays ? undefined : { do: 'groupRemove', args: { at, top } }),
  say: ({ at }) => `mkdir(${quoted(at)}, 0755)`,
  shell: ({ at, top, version, controllers, owner }) => {
    const names = relative(top, at).split('/')
    const levels = names.map((_, nth) => [top, ...names.slice(0, nth)].join('/'))
    const wanted = controllers.map((name) => `+${name}`).join(' ')
    const seed = names.flatMap((_, nth) => {
      const group = [top, ...names.slice(0, nth + 1)].join('/')
      return ['cpus', 'mems'].map(
        (kind) => `cat ${word(`${levels[nth]}/cpuset.${kind}`)} > ${word(`${group}/cpuset.${kind}`)}`,
      )
    })
    return [
      `mkdir -p ${word(at)}`,
      ...(version === 2 && wanted
        ? levels.map((level) => `echo '${wanted}' > ${word(`${level}/cgroup.subtree_control`)}`)
        : []),
      ...(version === 1 && controllers.includes('cpuset') ? seed : []),
      ...(owner ? [`chown ${owner.uid}:${owner.gid} ${word(at)} ${word(`${at}/cgroup.procs`)}`] : []),
    ].join(' && ')
  },
  causes: {
    EACCES: ({ top }) => ({
      because: `${top} belongs to somebody else`,
      remedy: 'a group handed to you: systemd-run --user --scope -p Delegate=yes cooper run …',
    }),
    EROFS: ({ top }) => ({
      because: `${top} is mounted read-only, as in a container`,
      remedy: 'run on the machine itself, or in a container with --privileged',
    }),
    EBUSY: ({ top }) => ({
      because: `processes live in ${top}, and version 2 shares out controllers only from groups without any`,
      remedy: `move them into a group below: cat ${top}/cgroup.procs`,
    }),
    ENOSPC: () => ({ because: 'the limit of groups is reached: cgroup.max.descendants of one above' }),
    ENOENT: ({ top, controllers }) => ({
      because: `${top} is gone, or has not all of ${controllers.join(', ')}: see ${top}/cgroup.controllers`,
    }),
    EEXIST: ({ at }) => ({ because: `there is a group ${at} already` }),
  },
})
// #endregion call

/** Makes one group below another; false when that other has just been removed. */
function makeOne(group: string, parent: string, { at, top, version, controllers }: GroupMakeArgs): boolean {
  try {
    if (version === 2) handDown(parent, controllers)
    mkdirSync(group, { mode: 0o755 })
  } catch (error) {
    if (parent !== top && code(error) === 'ENOENT' && !existsSync(parent)) return false
    if (group === at || code(error) !== 'EEXIST') throw error
  }
  if (version === 1 && controllers.includes('cpuset')) seed(group, parent)
  return true
}

/** A new group of version 2 has the controllers that the one above hands down to its children, and no other. */
function handDown(parent: string, controllers: string[]): void {
  if (controllers.length === 0) return
  const handed = read(parent, 'cgroup.subtree_control').split(' ')
  const lacks = controllers.filter((name) => !handed.includes(name))
  if (lacks.length > 0)
    writeFileSync(join(parent, 'cgroup.subtree_control'), lacks.map((name) => `+${name}`).join(' '))
}

/** A new cpuset of version 1 is empty, and nobody may enter it so: what the one above has is given to it. */
function seed(group: string, parent: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    if (read(group, file) === '') writeFileSync(join(group, file), read(parent, file))
}
