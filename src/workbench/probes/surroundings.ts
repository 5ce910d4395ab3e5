import { parseMounts } from '../../facts/mounts.ts'
import { has, type Machine, proc } from './machine.ts'

/** What cooper itself runs in. */
export interface Surroundings {
  /** The hint at a container, in words; undefined when there is none. A hint only: images leave their files behind. */
  container: string | undefined
  /** A seccomp filter sits between this process and the kernel. */
  seccomp: boolean
  gvisor: boolean
  wsl1: boolean
  /** The root directory is not a mount of its own: user namespaces are refused then (`man 2 clone`, EPERM). */
  chroot: boolean
  /** Mounts over parts of `/proc`: a fresh one would show what they hide. */
  masked: string[]
}

export function surroundings(machine: Machine): Surroundings {
  const mounts = parseMounts(proc(machine, 'self/mountinfo') ?? '')
  return {
    container: container(machine),
    seccomp: /^Seccomp:\s*2/m.test(proc(machine, 'self/status') ?? ''),
    gvisor: isGvisor(machine),
    wsl1: /-Microsoft$/.test(machine.release),
    chroot: mounts.length > 0 && !mounts.some(({ at }) => at === '/'),
    masked: mounts.map(({ at }) => at).filter((at) => at.startsWith('/proc/') && !permanent.has(at)),
  }
}

// Directories that the kernel keeps empty for these mounts: they hide nothing, so a fresh /proc may be without them.
const permanent = new Set(['/proc/sys/fs/binfmt_misc', '/proc/fs/nfsd'])

function container(machine: Machine): string | undefined {
  if (machine.env.CODESPACES) return 'a Codespace'
  if (machine.env.KUBERNETES_SERVICE_HOST) return 'a Kubernetes pod'
  if (has(machine, '/run/.containerenv')) return 'a podman container'
  if (has(machine, '/.dockerenv')) return 'a docker container'
  const kind = /docker|containerd|kubepods|libpod|lxc/.exec(proc(machine, 'self/cgroup') ?? '')?.[0]
  return kind && `a container (${kind})`
}

// gVisor answers for a kernel that was never built: this version, with this date, or its own name.
function isGvisor(machine: Machine): boolean {
  const version = proc(machine, 'version') ?? ''
  return (
    /gvisor/i.test(version) || version.startsWith('Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016')
  )
}

/** How to give a container what the lessons need, as whoever started it would. */
export const openContainer: string[] = [
  'docker run --privileged … (podman takes the same)',
  'docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined …',
  'dev container: "runArgs": ["--privileged"] in .devcontainer/devcontainer.json, then rebuild it',
]
