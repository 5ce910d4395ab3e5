import { KernelError } from '../../kernel/index.ts'

/** A limit that cannot be, said before anything is made. */
export function refuse(flag: string, value: string, because: string, remedy?: string): KernelError {
  return new KernelError({
    piece: 'cgroup',
    call: `--${flag} ${value || "''"}`,
    errno: 0,
    because,
    remedy,
    learn: 'cooper learn cgroups',
  })
}
