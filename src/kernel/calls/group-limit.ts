import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cause, quoted, verb, word } from './verb.ts'

/** One write(2) to a file of a control group: a limit, a weight, a list. See the kernel's cgroup-v1/ and cgroup-v2.rst. */
export interface GroupLimitArgs {
  /** The group. */
  at: string
  file: string
  text: string
}

const told = ({ at, file, text }: GroupLimitArgs) => `${quoted(text)} for ${join(at, file)}`

/** What it uses now, where the kernel says it, for a limit that is too low. */
const usage: Record<string, string> = {
  'memory.limit_in_bytes': 'memory.usage_in_bytes',
  'memory.memsw.limit_in_bytes': 'memory.memsw.usage_in_bytes',
  'memory.max': 'memory.current',
}

function used({ at, file }: GroupLimitArgs): string | undefined {
  const name = usage[file]
  try {
    return name && readFileSync(join(at, name), 'utf8').trim()
  } catch {
    return undefined
  }
}

function busy(args: GroupLimitArgs): Cause {
  const now = used(args)
  if (now !== undefined)
    return {
      because: `its processes use ${now} bytes, and the kernel could not take enough of it back for ${told(args)} (version 1 refuses then; version 2 accepts, and kills if need be)`,
      remedy: 'a higher limit, or end something in the group first',
    }
  return { because: `something in the group, or below it, is in the way of ${told(args)}` }
}

/** The kernel says EINVAL for every text it does not like; what each file wants is known. */
function invalid(args: GroupLimitArgs): Cause {
  const wants: [file: RegExp, what: string][] = [
    [/^memory\.memsw\./, 'memory with swap cannot be less than memory alone, memory.limit_in_bytes'],
    [/^memory\./, 'a number of bytes, a multiple of the page size in effect'],
    [
      /^cpu\.(cfs|max)/,
      'a quota and a period from 1000 to 1000000 microseconds, and a quota of at least 1000; no group gives more than the one above it has',
    ],
    [/^cpu\./, 'a weight in its range'],
    [/^cpuset\./, 'numbers that the group above it has, as 0-3,8'],
    [/^pids\./, 'a number of processes, or max'],
    [/^(io|blkio)\./, 'MAJOR:MINOR of a whole disk, and what it may do each second'],
    [/^devices\./, 'a, or a line such as c 1:3 rwm'],
  ]
  const [, what] = wants.find(([file]) => file.test(args.file)) ?? []
  return { because: `the kernel does not take ${told(args)}${what ? `: it wants ${what}` : ''}` }
}

// #region call
export const groupLimit = verb<GroupLimitArgs>({
  run: ({ at, file, text }) => writeFileSync(join(at, file), text, { flag: 'r+' }),
  say: ({ at, file, text }) => `write(open(${quoted(join(at, file))}), ${quoted(text)})`,
  shell: ({ at, file, text }) => `echo ${word(text)} > ${word(join(at, file))}`,
  causes: {
    EBUSY: busy,
    EINVAL: invalid,
    ERANGE: (args) => ({ because: `${told(args)} is out of range` }),
    ENODEV: (args) => ({
      because: `no disk has that number, or it is a part of one: ${told(args)}`,
      remedy: 'limit the whole disk: lsblk -d -o NAME,MAJ:MIN',
    }),
    ENOENT: ({ at, file }) => ({
      because: `${at} has no ${file}: its controller is not in this hierarchy, or the kernel was built without it`,
    }),
    EACCES: (args) => ({
      because: `this user may not write ${told(args)}, or the group above it allows less`,
    }),
    EPERM: (args) => ({
      because: `the kernel does not let this process write ${told(args)}: lists of devices need CAP_SYS_ADMIN over the machine`,
    }),
    ENOSPC: (args) => ({ because: `processes are in the group, and ${told(args)} would leave them none` }),
  },
})
// #endregion call
