import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { release } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { type Namespace, native, nativeFile, tryClone } from '../../kernel/index.ts'

/** All that probes look at. A test hands in one whose files lie in a directory of its own. */
export interface Machine {
  /** What stands for `/`: no slash at the end, so the real one is ''. */
  root: string
  proc: string
  etc: string
  /** As `process.platform`, `os.release()` and `process.arch` have them. */
  platform: string
  release: string
  arch: string
  /** Node's version, with its `v`. */
  node: string
  /** Real user id; -1 where there is none. */
  uid: number
  env: NodeJS.ProcessEnv
  stdout: { isTTY?: boolean; columns?: number; rows?: number }
  /** Where a program is, or undefined. */
  which(program: string): string | undefined
  /** Loads the native half and says from where; throws when it cannot. */
  addon(): string
  /** Makes a child in new namespaces, then lets it go; errno 0 when that worked. */
  tryClone(
    namespaces: Namespace[],
    options?: { mountProc?: boolean },
  ): Promise<{ errno: number; call: string }>
}

/** The machine cooper runs on. */
export function thisMachine(): Machine {
  const { platform, arch, version, env, stdout } = process
  return {
    root: '',
    proc: '/proc',
    etc: '/etc',
    platform,
    release: release(),
    arch,
    node: version,
    uid: process.getuid?.() ?? -1,
    env,
    stdout,
    which: (program) => find(program, env.PATH ?? ''),
    addon() {
      native()
      return nativeFile('cooper.node')
    },
    tryClone,
  }
}

// Where the tools of an administrator are: Debian leaves these out of a user's PATH, and the lessons need them.
const administrators = ['/usr/local/sbin', '/usr/sbin', '/sbin']

/** An executable file of that name on the path, or where administrators have theirs. */
export function find(program: string, path: string): string | undefined {
  for (const dir of [...path.split(delimiter).filter(Boolean), ...administrators]) {
    const file = join(dir, program)
    try {
      accessSync(file, constants.X_OK)
      if (statSync(file).isFile()) return file
    } catch {
      // Not there, or not ours to run: then the next one.
    }
  }
  return undefined
}

/** Whether a program is only busybox under another name; its versions lack options that the lessons use. */
export function isBusybox(file: string): boolean {
  try {
    return basename(realpathSync(file)).startsWith('busybox')
  } catch {
    return false
  }
}

/** A file below `/proc`, trimmed; undefined when it is not there or may not be read. */
export function proc(machine: Machine, path: string): string | undefined {
  return text(join(machine.proc, path))
}

/** A setting of the kernel as a number: `sysctl(machine, 'user/max_user_namespaces')`. */
export function sysctl(machine: Machine, path: string): number | undefined {
  const value = proc(machine, `sys/${path}`)
  return value === undefined || value === '' ? undefined : Number(value)
}

/** Where a link below `/proc` points: `pid:[4026531836]`. */
export function procLink(machine: Machine, path: string): string | undefined {
  try {
    return readlinkSync(join(machine.proc, path))
  } catch {
    return undefined
  }
}

/** A file of the machine, trimmed. */
export function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Whether the machine has a file, given as an absolute path on it. */
export function has(machine: Machine, path: string): boolean {
  return existsSync(machine.root + path)
}
