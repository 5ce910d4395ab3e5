import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { whoAmI } from '../../src/workbench/index.ts'
import { program, state } from '../support/cooper.ts'

// What `--trace` lists is what happened: strace(1) watches the same launch and must have seen the same calls, in the
// same order, between the child's birth and its exec.

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'needs strace'
// A traced process gets no set-user-ID privilege (ptrace(2)), and newuidmap lives by it.
const reason = missing ?? (whoAmI().granted ? 'newuidmap cannot work under strace' : undefined)
if (missing && process.env.CI) throw new Error('strace is missing, and CI installs it')

/** Calls that a plan can ask for; everything else that strace sees is how they are made. */
const asked = new Set([
  'mount',
  'mount_setattr',
  'umount2',
  'pivot_root',
  'chroot',
  'chdir',
  'mkdir',
  'mkdirat',
  'mknod',
  'symlink',
  'setgroups',
  'setresgid',
  'setresuid',
  'sethostname',
  'setdomainname',
  'setsid',
  'unshare',
  'setns',
  'capset',
])

interface Entry {
  stage: string
  call: string
  side: 'machine' | 'child'
  errno: number
  nanoseconds: number
}

async function both(...args: string[]): Promise<{ trace: Entry[]; seen: string[] }> {
  const dir = state()
  const file = join(dir, 'strace')
  const command = [process.execPath, program, 'run', '--trace', '--json', ...args, '--', 'true']
  const { stderr } = await promisify(execFile)('strace', ['-f', '-s', '0', '-o', file, ...command], {
    env: { ...process.env, XDG_STATE_HOME: dir },
  })
  const line = stderr.split('\n').find((text) => text.startsWith('{'))!
  return {
    trace: (JSON.parse(line) as { trace: Entry[] }).trace,
    seen: seenByChild(readFileSync(file, 'utf8')),
  }
}

/** The names of the asked-for calls of the process that execs `true`, the last program that is run, up to that. */
function seenByChild(text: string): string[] {
  const lines = text.split('\n').flatMap((line) => {
    const [, pid, rest] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    return pid && rest ? [{ pid, rest }] : []
  })
  // strace tears a call apart when another process calls in between.
  const end = lines.findLastIndex(({ rest }) => /^(execve\(|<\.\.\. execve resumed).*= 0$/.test(rest))
  const child = lines[end]!.pid
  return lines.slice(0, end).flatMap(({ pid, rest }) => (pid === child ? (nameOf(rest) ?? []) : []))
}

function nameOf(line: string): string | undefined {
  const name = /^(\w+)\(/.exec(line)?.[1]
  if (!name) return undefined
  if (asked.has(name)) return name
  if (name === 'ioctl' && line.includes('SIOCSIFFLAGS')) return 'ioctl'
  if (name === 'openat' && (line.includes('O_CREAT') || line.includes('O_WRONLY'))) return 'write'
  if (name === 'openat' && line.includes('O_PATH') && line.includes('O_DIRECTORY')) return 'open'
  return undefined
}

const names = (trace: Entry[]) =>
  trace.filter(({ side }) => side === 'child').map(({ call }) => /^\w+/.exec(call)![0])

const plans: [name: string, args: string[]][] = [
  ['the default container', []],
  ['with users', ['--only', 'pid,mnt,net,uts,ipc,user', '--hostname', 'box']],
  ['numbers and users', ['--only', 'pid,user']],
  ['a volume, another user and directory', ['-v', '/usr/share:/data:ro', '--user', '0', '--workdir', '/tmp']],
]

test.skipIf(reason).each(plans)('%s', async (_, args) => {
  const { trace, seen } = await both(...args)
  expect(seen.length).toBeGreaterThan(0)
  expect(names(trace)).toEqual(seen)
  expect(trace.every(({ errno, nanoseconds }) => errno === 0 && nanoseconds >= 0)).toBe(true)
  // What there must be before the child stands first, then the clone, and what the machine did for the child before
  // what the child did.
  expect(trace.find(({ stage }) => stage !== 'claim')!.call).toMatch(/^clone\(/)
  const sides = trace.map(({ side }) => side)
  expect(sides.lastIndexOf('machine')).toBeLessThan(sides.indexOf('child'))
})
