/** The four faces of an id: files are opened with `fs`, which follows `effective` (`man 7 credentials`). */
export interface Ids {
  real: number
  effective: number
  saved: number
  fs: number
}

/** One line of a `status` file (`man 5 proc_pid_status`) without its name; undefined when the kernel has no such line. */
export function statusField(status: string, name: string): string | undefined {
  const start = status.indexOf(`\n${name}:`)
  if (start < 0) return undefined
  const from = start + name.length + 2
  const end = status.indexOf('\n', from)
  return status.slice(from, end < 0 ? undefined : end).trim()
}

/** The four ids of a `status` file. */
export function statusIds(status: string, name: 'Uid' | 'Gid'): Ids {
  const [real = -1, effective = -1, saved = -1, fs = -1] = numbers(statusField(status, name)) ?? []
  return { real, effective, saved, fs }
}

/** The numbers in `7 1` or `7\t1`; none in an empty line; undefined for no line. */
export function numbers(text: string | undefined): number[] | undefined {
  return text?.split(/\s+/).filter(Boolean).map(Number)
}
