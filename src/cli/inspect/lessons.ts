import type { NamespaceType } from '../../facts/index.ts'

/** Lessons, by the name that `cooper learn` takes, which explain a line of a report. */
export type Lesson = 'process' | 'pid' | 'mnt' | 'net' | 'uts' | 'ipc' | 'user' | 'cgroups' | 'container'

/** Where each kind of namespace is taught. */
export const lessonOf: Record<NamespaceType, Lesson> = {
  user: 'user',
  mnt: 'mnt',
  pid: 'pid',
  net: 'net',
  uts: 'uts',
  ipc: 'ipc',
  cgroup: 'cgroups',
  time: 'process',
}

/** Where the other parts of a report are taught. */
export const lessonAbout = {
  process: 'process',
  numbers: 'pid',
  ids: 'user',
  capabilities: 'user',
  seccomp: 'container',
  noNewPrivs: 'container',
  cgroups: 'cgroups',
  mounts: 'mnt',
  links: 'net',
} as const satisfies Record<string, Lesson>
