import { type Mount, machine, mounts, resolvePath, sameFile } from '../../facts/index.ts'

/** Where its mounts pass on to the machine what is mounted below them. */
export function propagating(theirs: Mount[], ours: Mount[]): string[] {
  const peers = new Set(ours.flatMap(({ propagation }) => propagation.shared ?? []))
  return theirs
    .filter(({ propagation: { shared } }) => shared !== undefined && peers.has(shared))
    .map(({ at }) => at)
}

const sockets = ['docker', 'containerd/containerd', 'podman/podman', 'crio/crio'].map(
  (name) => `/run/${name}.sock`,
)

/** The sockets of container engines that it reaches. Wherever one lies for the process: it is the same file as ours, or a mount of just that file. */
export function engineSockets(pid: number): string[] {
  const mounted = mounts(machine, pid).filter(({ root }) =>
    /(docker|containerd|podman|crio)\.sock$/.test(root),
  )
  const reached = sockets.filter((path) => {
    const [theirs, ours] = [resolvePath(machine, pid, path), resolvePath(machine, process.pid, path)]
    return theirs?.kind === 'socket' && sameFile(theirs, ours)
  })
  return [...new Set([...mounted.map(({ at }) => at), ...reached])]
}
