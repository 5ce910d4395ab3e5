import { closeSync, constants, lstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs'
import { posix } from 'node:path'
import type { Cause } from '../kernel/index.ts'

/**
 * Why execve(2) refused a program, found by looking at it as the process sees it that tried: `proc` is its directory
 * in /proc. A relative path starts where that process stands.
 */
export function execCause(proc: string, path: string, errno: string, argv0: string): Cause {
  const { file, about } = find(proc, path)
  if (!about) {
    if (!argv0.includes('/'))
      return {
        because: `no directory on PATH holds a program ${argv0}`,
        remedy:
          'check the spelling, or give the whole path; without --rootfs there are only common tools (--rootfs / has all of the machine)',
      }
    const because =
      errno === 'ENOTDIR'
        ? `something on the way to ${path} is not a directory`
        : file === path || !path.startsWith('/')
          ? `the file ${path} is not there`
          : `${path} leads to ${file}, which is not there`
    return { because, remedy: 'check the path as the container sees it' }
  }
  if (about.isDirectory()) return { because: `${path} is a directory` }
  if (!(about.mode & 0o111))
    return { because: `the permission is missing: ${path} is not executable`, remedy: `chmod +x ${path}` }
  if (errno === 'EACCES')
    return {
      because: `the permission is missing: this user may not run ${path}, or it lies on a noexec mount`,
    }
  const interpreter = interpreterOf(`${proc}/root${file}`)
  if (interpreter && !find(proc, interpreter).about)
    return {
      because: `${path} is there, but its interpreter ${interpreter} is missing`,
      remedy: 'install it, or put it into the root file system',
    }
  if (errno === 'ENOEXEC')
    return { because: `${path} is neither a program for this processor nor a script that begins with #!` }
  return { because: `${path} is there; the kernel would not run it` }
}

/** As many links as the kernel follows before it says ELOOP: path_resolution(7). */
const mostLinks = 40

/** Where a path leads for that process, and what is there: links are followed by its root, never by ours. */
function find(proc: string, path: string): { file: string; about?: Stats } {
  const ahead = path.split('/')
  let at = '/'
  let name = ''
  let links = 0
  try {
    if (!path.startsWith('/')) at = cwdOf(proc)
    let about = lstatSync(`${proc}/root${at}`)
    while (ahead.length > 0) {
      name = ahead.shift()!
      const next = posix.join(at, name)
      about = lstatSync(`${proc}/root${next}`)
      if (!about.isSymbolicLink()) at = next
      else if (++links > mostLinks) return { file: next }
      else {
        const to = readlinkSync(`${proc}/root${next}`)
        if (to.startsWith('/')) at = '/'
        ahead.unshift(...to.split('/'))
      }
    }
    return { file: at, about }
  } catch {
    // Not there, or not to be entered by us.
    return { file: posix.join(at, name, ...ahead) }
  }
}

/** The directory that process stands in, as it would say. */
function cwdOf(proc: string): string {
  const [root = '/', cwd = '/'] = ['root', 'cwd'].map((link) => readlinkSync(`${proc}/${link}`))
  return root !== '/' && cwd.startsWith(`${root}/`) ? cwd.slice(root.length) : cwd
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
