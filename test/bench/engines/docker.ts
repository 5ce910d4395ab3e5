import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Ground, limits, type Ready } from './ground.ts'
import { importOf, installed, succeeds } from './installed.ts'

/** A daemon with all it has, in a directory of its own. */
export async function docker({ directory, group, base }: Ground): Promise<Ready> {
  installed('docker', 'dockerd', 'containerd', 'runc')
  const dir = join(directory, 'docker')
  const socket = `unix://${dir}.sock`
  const filter = succeeds('iptables', '-t', 'nat', '-L')
  const log = openSync(`${dir}.log`, 'w')
  const daemon = spawn(
    'dockerd',
    [
      ...['--data-root', dir, '--exec-root', `${dir}.exec`, '--pidfile', `${dir}.pid`, '-H', socket],
      ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${group}`],
      ...(filter ? [] : ['--iptables=false', '--ip6tables=false']),
    ],
    { stdio: ['ignore', log, log] },
  )
  for (let tries = 0; !succeeds('docker', '-H', socket, 'info'); tries++) {
    if (daemon.exitCode !== null || tries > 200) throw new Error('dockerd did not start')
    await pause(50)
  }
  importOf(base, 'docker', '-H', socket, 'import', '-', 'base')
  const flags = ['--rm', '--network', 'bridge', '-m', `${limits.bytes}`, '--pids-limit', `${limits.pids}`]
  return {
    launch: ['docker', '-H', socket, 'run', ...flags, 'base', 'true'],
    note: filter ? undefined : 'without iptables it makes no rules',
  }
}
