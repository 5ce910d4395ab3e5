import { join } from 'node:path'
import { type Ground, limits, type Ready } from './ground.ts'
import { importOf, installed, succeeds } from './installed.ts'

/** No daemon: every command starts from what lies in its directories. */
export async function podman({ directory, group, base }: Ground): Promise<Ready> {
  installed('podman', 'conmon', 'runc', 'iptables')
  const dir = join(directory, 'podman')
  const command = [
    ...['podman', '--root', dir, '--runroot', `${dir}.run`, '--network-config-dir', `${dir}.net`],
    // crun, its usual runtime, refuses a machine that has both versions of control groups.
    ...['--storage-driver', 'overlay', '--cgroup-manager', 'cgroupfs', '--runtime', 'runc'],
  ]
  importOf(base, ...command, 'import', '-', 'base')
  const flags = ['--rm', '--network', 'podman', '-m', `${limits.bytes}`, '--pids-limit', `${limits.pids}`]
  const run = [...command, 'run', '--cgroup-parent', `/${group}`, ...flags, 'base', 'true']
  if (!succeeds(...run)) throw new Error('its first container did not run')
  return { launch: run }
}
