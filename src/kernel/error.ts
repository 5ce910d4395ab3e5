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

// Node's own table has libuv's sentences, not those that a shell prints, and lacks what no socket ever answers. These
// are strerror(3)'s, where the two differ and a container can meet them.
const spoken: Record<number, [code: string, text: string]> = {
  5: ['EIO', 'Input/output error'],
  8: ['ENOEXEC', 'Exec format error'],
  10: ['ECHILD', 'No child processes'],
  12: ['ENOMEM', 'Cannot allocate memory'],
  14: ['EFAULT', 'Bad address'],
  16: ['EBUSY', 'Device or resource busy'],
  17: ['EEXIST', 'File exists'],
  18: ['EXDEV', 'Invalid cross-device link'],
  21: ['EISDIR', 'Is a directory'],
  22: ['EINVAL', 'Invalid argument'],
  23: ['ENFILE', 'Too many open files in system'],
  26: ['ETXTBSY', 'Text file busy'],
  28: ['ENOSPC', 'No space left on device'],
  34: ['ERANGE', 'Numerical result out of range'],
  35: ['EDEADLK', 'Resource deadlock avoided'],
  36: ['ENAMETOOLONG', 'File name too long'],
  40: ['ELOOP', 'Too many levels of symbolic links'],
  43: ['EIDRM', 'Identifier removed'],
  61: ['ENODATA', 'No data available'],
  87: ['EUSERS', 'Too many users'],
  95: ['ENOTSUP', 'Operation not supported'],
  97: ['EAFNOSUPPORT', 'Address family not supported by protocol'],
  99: ['EADDRNOTAVAIL', 'Cannot assign requested address'],
  113: ['EHOSTUNREACH', 'No route to host'],
  116: ['ESTALE', 'Stale file handle'],
  117: ['EUCLEAN', 'Structure needs cleaning'],
  122: ['EDQUOT', 'Disk quota exceeded'],
}

const known = (errno: number) => spoken[errno] ?? getSystemErrorMap().get(-errno)

/** `ENOENT` for 2; an errno nobody has named is `E4711`. */
export function errnoCode(errno: number): string {
  return known(errno)?.[0] ?? `E${errno}`
}

/** `Permission denied` for 13: the sentence of strerror(3). */
export function errnoText(errno: number): string {
  const text = known(errno)?.[1] ?? 'unknown error'
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
