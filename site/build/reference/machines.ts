import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Machine, type Probed, runProbes } from '../../../src/workbench/probes.ts'

/** A machine on which something is missing: a few files below `/`, and what its kernel answers. */
interface Lack {
  files?: Record<string, string>
  release?: string
  platform?: string
  uid?: number
  /** The native half of cooper was not built. */
  unbuilt?: true
  /** What clone(2) and, after it, a fresh /proc are answered with; 0 when they work. */
  clone?: number
  mountProc?: number
}

const [EPERM, EACCES, ENOSPC] = [1, 13, 28]
const kinds = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']
const onRoot = '22 1 0:21 / / rw - ext4 /dev/root rw'

/** One for each way in which lessons are known to be kept from running. */
const lacks: Lack[] = [
  {},
  { platform: 'darwin' },
  { release: '4.4.0-19041-Microsoft' },
  { release: '5.4.0-190-generic' },
  { unbuilt: true },
  { files: { '/proc/sys/user/max_user_namespaces': '0' }, clone: ENOSPC },
  { files: { '/proc/sys/kernel/unprivileged_userns_clone': '0' }, uid: 1000, clone: EPERM },
  { files: { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1' }, uid: 1000, clone: EACCES },
  { files: { '/.dockerenv': '', '/proc/self/status': 'Seccomp:\t2\n' }, uid: 0, clone: EPERM },
  { files: { '/proc/self/mountinfo': '22 1 0:21 / /proc rw - proc proc rw' }, clone: EPERM },
  {
    files: { '/proc/self/mountinfo': `${onRoot}\n23 22 0:22 / /proc/acpi ro - tmpfs tmpfs ro` },
    mountProc: EPERM,
  },
  { files: { '/proc/self/mountinfo': `${onRoot}\n30 22 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw` } },
]

/** What doctor says on each of these machines, of everything that is not as it should be there. */
export async function findings(): Promise<Probed[]> {
  const found: Probed[] = []
  for (const lack of lacks) {
    const root = mkdtempSync(join(tmpdir(), 'cooper-site-'))
    try {
      found.push(...(await runProbes(machineOf(root, lack))).filter(({ ok }) => !ok))
    } finally {
      rmSync(root, { recursive: true })
    }
  }
  return found
}

function machineOf(root: string, lack: Lack): Machine {
  const {
    files = {},
    release = '6.1.0-18-amd64',
    platform = 'linux',
    uid = 1000,
    unbuilt = false,
    clone = 0,
    mountProc = 0,
  } = lack
  const system = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n'
  const status = 'CapEff:\t0000000000000000\n'
  const passwd = 'you:x:1000:1000::/home/you:/bin/bash\n'
  const all = {
    '/etc/os-release': system,
    '/etc/passwd': passwd,
    '/proc/version': 'Linux',
    '/proc/self/status': status,
    ...Object.fromEntries(kinds.map((kind) => [`/proc/self/ns/${kind}`, ''])),
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return {
    root,
    proc: join(root, 'proc'),
    etc: join(root, 'etc'),
    platform,
    release,
    arch: 'x64',
    node: 'v20.19.0',
    uid,
    env: { TERM: 'xterm', USER: 'you' },
    stdout: {},
    which: () => undefined,
    addon() {
      if (unbuilt) throw new Error('The addon is not built (native/build/Release/cooper.node is not there)')
      return 'cooper.node'
    },
    tryClone: async (_, options) => ({
      errno: clone || (options?.mountProc ? mountProc : 0),
      call: clone || !options?.mountProc ? 'clone(CLONE_NEWUSER)' : 'mount("proc", "/proc", "proc", 0, NULL)',
    }),
  }
}
