import { closeSync, constants, openSync, readSync, statSync } from 'node:fs'
import type { Cause } from '../kernel/index.ts'

/** Why execve(2) refused a program, found by looking at it through the root of the process that tried. */
export function execCause(root: string, path: string, errno: string, argv0: string): Cause {
  const file = statSync(root + path, { throwIfNoEntry: false })
  if (!file) {
    return argv0.includes('/')
      ? { because: `the file ${path} is not there`, remedy: 'check the path as the container sees it' }
      : {
          because: `no directory on PATH holds a program ${argv0}`,
          remedy: 'check the spelling, or give the whole path',
        }
  }
  if (file.isDirectory()) return { because: `${path} is a directory` }
  if (!(file.mode & 0o111))
    return { because: `the permission is missing: ${path} is not executable`, remedy: `chmod +x ${path}` }
  if (errno === 'EACCES')
    return {
      because: `the permission is missing: this user may not run ${path}, or it lies on a noexec mount`,
    }
  const interpreter = interpreterOf(root + path)
  if (interpreter && !statSync(root + interpreter, { throwIfNoEntry: false }))
    return {
      because: `${path} is there, but its interpreter ${interpreter} is missing`,
      remedy: 'install it, or put it into the root file system',
    }
  if (errno === 'ENOEXEC')
    return { because: `${path} is neither a program for this processor nor a script that begins with #!` }
  return { because: `${path} is there; the kernel would not run it` }
}

/** What the kernel would load first: the program after `#!`, or an ELF file's dynamic linker. See elf(5), PT_INTERP. */
function interpreterOf(file: string): string | undefined {
  const head = Buffer.alloc(4096)
  let fd: number
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    return undefined
  }
  try {
    readSync(fd, head, 0, head.length, 0)
  } finally {
    closeSync(fd)
  }
  const script = /^#!\s*(\S+)/.exec(head.toString('latin1').split('\n')[0]!)
  if (script) return script[1]
  const isElf64 = head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2
  if (!isElf64) return undefined
  const [start, size, count] = [
    Number(head.readBigUInt64LE(32)),
    head.readUInt16LE(54),
    head.readUInt16LE(56),
  ]
  for (let at = start; at < start + size * count && at + size <= head.length; at += size) {
    const interp = 3
    if (head.readUInt32LE(at) !== interp) continue
    const [from, length] = [Number(head.readBigUInt64LE(at + 8)), Number(head.readBigUInt64LE(at + 32))]
    return head.toString('latin1', from, from + length - 1)
  }
  return undefined
}
