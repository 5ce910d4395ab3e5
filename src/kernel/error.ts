import { getSystemErrorMap } from 'node:util'

/** Everything a person needs to know about one call that the kernel refused. */
export interface Refusal {
  /** Who asked: a piece (`mnt`), a room (`facts`) or a command. */
  piece: string
  /** The system call as a person would write it, arguments included: `pivot_root(".", ".")`. */
  call: string
  /** Positive errno; 0 when it was not the kernel that refused. */
  errno: number
  /** The probable cause, found by looking. */
  because?: string
  /** What to do about it. */
  remedy?: string
  /** Where it is taught: `cooper learn mnt, "Break it"`. */
  learn?: string
}

// libuv's table covers most errnos of a Linux kernel but not all that namespaces answer with.
const more: Record<number, [code: string, text: string]> = {
  22: ['EINVAL', 'Invalid argument'],
  28: ['ENOSPC', 'No space left on device'],
  61: ['ENODATA', 'No data available'],
  87: ['EUSERS', 'Too many users'],
  117: ['EUCLEAN', 'Structure needs cleaning'],
}

/** `ENOENT` for 2; an errno nobody has named is `E4711`. */
export function errnoCode(errno: number): string {
  return getSystemErrorMap().get(-errno)?.[0] ?? more[errno]?.[0] ?? `E${errno}`
}

/** `Permission denied` for 13: the sentence of strerror(3). */
export function errnoText(errno: number): string {
  const text = getSystemErrorMap().get(-errno)?.[1] ?? more[errno]?.[1] ?? 'unknown error'
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/**
 * A call that the kernel refused, told so that a person can act on it.
 *
 * ```
 * mnt: pivot_root(".", ".") failed: EINVAL, Invalid argument
 *   because   the parent mount of the new root is shared
 *   try       make the tree private first: mount --make-rprivate /
 *   learn     cooper learn mnt, "Break it"
 * ```
 */
export class KernelError extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(KernelError.say(refusal), options)
    this.name = 'KernelError'
    this.refusal = refusal
  }

  get code(): string {
    return errnoCode(this.refusal.errno)
  }

  private static say({ piece, call, errno, because, remedy, learn }: Refusal): string {
    const kernel = errno ? `${call} failed: ${errnoCode(errno)}, ${errnoText(errno)}` : call
    const rows = Object.entries({ because, try: remedy, learn })
    return [
      `${piece}: ${kernel}`,
      ...rows.flatMap(([name, text]) => (text ? [`  ${name.padEnd(9)} ${text}`] : [])),
    ].join('\n')
  }
}
