import { execFileSync } from 'node:child_process'
import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { errnoCode, errnoText, KernelError } from '../../src/kernel/index.ts'

const refusal = { piece: 'mnt', call: 'pivot_root(".", ".")', errno: 22 }

test('what was tried, what the kernel said, because, try, learn: one a line', () => {
  const error = new KernelError({
    ...refusal,
    because: 'the parent mount of the new root is shared',
    remedy: 'make the tree private first: mount --make-rprivate /',
    learn: 'cooper learn mnt, "Break it"',
  })
  expect(error.message).toBe(`mnt: pivot_root(".", ".") failed: EINVAL, Invalid argument
  because   the parent mount of the new root is shared
  try       make the tree private first: mount --make-rprivate /
  learn     cooper learn mnt, "Break it"`)
  expect(error.code).toBe('EINVAL')
  expect(error.name).toBe('KernelError')
})

test('what is not known is left out', () => {
  expect(new KernelError(refusal).message).toBe('mnt: pivot_root(".", ".") failed: EINVAL, Invalid argument')
  expect(new KernelError({ ...refusal, remedy: 'read on' }).message.split('\n')).toEqual([
    'mnt: pivot_root(".", ".") failed: EINVAL, Invalid argument',
    '  try       read on',
  ])
})

test('where it was not the kernel that refused, there is no errno to tell', () => {
  expect(
    new KernelError({ piece: 'run', call: 'the child was killed', errno: 0, because: 'x' }).message,
  ).toBe('run: the child was killed\n  because   x')
})

test('it keeps the error it was made from', () => {
  const cause = new Error('first')
  expect(new KernelError(refusal, { cause }).cause).toBe(cause)
})

// What system calls of containers answer; what only streams, sockets and floating point know is left out.
const met =
  'EPERM ENOENT ESRCH EINTR EIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT EBUSY EEXIST EXDEV ENODEV \
ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY ENOSPC EROFS EMLINK ERANGE EDEADLK ENAMETOOLONG ENOSYS ENOTEMPTY ELOOP \
EOVERFLOW EOPNOTSUPP EADDRINUSE EADDRNOTAVAIL ENETUNREACH EHOSTUNREACH ESTALE EDQUOT ENODATA EIDRM'
    .split(/\s+/)
    .map((name) => [name, constants.errno[name as keyof typeof constants.errno]] as const)

test('an errno has its name, and the sentence that a shell prints', () => {
  const python = 'import errno,os,json;print(json.dumps({c:os.strerror(c) for c in errno.errorcode}))'
  const sentences = JSON.parse(execFileSync('python3', ['-c', python], { encoding: 'utf8' }))
  const said = met.map(([name, errno]) => [
    name === 'EOPNOTSUPP' ? 'ENOTSUP' : name,
    errnoText(errno).toLowerCase(),
  ])
  expect(met.map(([, errno]) => [errnoCode(errno), sentences[errno].toLowerCase()])).toEqual(said)
  expect([errnoCode(117), errnoText(117)]).toEqual(['EUCLEAN', 'Structure needs cleaning'])
  expect([errnoCode(4711), errnoText(4711)]).toEqual(['E4711', 'Unknown error'])
})
