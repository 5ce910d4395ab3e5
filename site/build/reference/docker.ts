import { command } from '../../../src/cli/options.ts'
import { pieces } from '../../../src/container/pieces.ts'
import { lessonRef } from './plan.ts'
import { table } from './table.ts'

/** Markdown: the flag, what it asks of the kernel, what `cooper run` has for it, where to look; and a lesson's id. */
type Row = [flag: string, asks: string, here: string, look: string, lesson?: string]

const none = '*none*'

const sees: Row[] = [
  [
    'none needed',
    'mount, PID, network, UTS and IPC namespace',
    '`mnt` `pid` `net` `uts` `ipc`',
    '`/proc/PID/ns/`',
    'process',
  ],
  ['`--pid host`', 'no PID namespace', '`--without pid`', '`/proc/PID/ns/pid`', 'pid'],
  ['`--pid container:ID`', 'setns(2) into another’s', none, '`/proc/PID/ns/pid`', 'pid'],
  ['`--init`', 'a process 1 that reaps orphans', '`--init`', '`/proc/PID/root/proc/1/comm`', 'container'],
  ['`-v`, `--mount type=bind`', 'mount(2) with MS_BIND', '`mnt`, `-v`', '`/proc/PID/mountinfo`', 'mnt'],
  ['`--mount type=tmpfs`, `--tmpfs`', 'mount(2) of a tmpfs', none, '`/proc/PID/mountinfo`', 'mnt'],
  [
    '`--read-only`',
    'mount_setattr(2), MOUNT_ATTR_RDONLY',
    '`mnt`, `--read-only`',
    '`ro` in `/proc/PID/mountinfo`',
    'mnt',
  ],
  [
    'the image’s name',
    'an overlay of its layers',
    '`mnt`, `--rootfs`, `--lower`, `--upper`',
    '`lowerdir=` in `/proc/PID/mountinfo`',
    'overlay',
  ],
  ['`--workdir`, `-w`', 'chdir(2)', '`-w`', '`/proc/PID/cwd`', 'mnt'],
  [
    '`--tty`, `-t`',
    'a devpts of its own, and a terminal in it',
    '`mnt`, `-t`',
    '`/proc/PID/fd/0`',
    'container',
  ],
  ['`--interactive`, `-i`', 'a standard input that is kept open', '`-i`', '`/proc/PID/fd/0`', 'container'],
  [
    '`--hostname`, `-h`',
    'sethostname(2)',
    '`uts`, `--hostname`',
    '`/proc/sys/kernel/hostname`, from inside',
    'uts',
  ],
  ['`--ipc host`', 'no IPC namespace', '`--without ipc`', '`/proc/PID/ns/ipc`', 'ipc'],
  ['`--ipc container:ID`', 'setns(2) into another’s', none, '`/proc/PID/ns/ipc`', 'ipc'],
  [
    '`--shm-size`',
    'the size of a tmpfs at `/dev/shm`; a matter of mounts, not of IPC',
    none,
    '`/proc/PID/mountinfo`',
    'ipc',
  ],
  ['`--env`, `-e`', 'the third argument of execve(2)', '`-e`', '`/proc/PID/environ`'],
]

const reaches: Row[] = [
  [
    '`--network bridge`',
    'a veth pair, a bridge, masquerading',
    '`net`, `--network bridge`',
    '`/proc/PID/net/dev`, `nft list ruleset`',
    'net',
  ],
  [
    '`--network none`',
    'a network namespace with `lo` alone',
    '`net`, `--network none`',
    '`/proc/PID/net/dev`',
    'net',
  ],
  ['`--network host`', 'no network namespace', '`--network host`', '`/proc/PID/ns/net`', 'net'],
  [
    '`--network container:ID`',
    'setns(2) into another’s',
    '`--network container:PID`',
    '`/proc/PID/ns/net`',
    'net',
  ],
  [
    '`--publish`, `-p`',
    'destination NAT, and a small proxy for the machine itself',
    '`net`, `-p`',
    '`nft list ruleset`',
    'net',
  ],
  ['`--expose`', 'nothing: a note in the image', none, ''],
]

const is: Row[] = [
  ['`--user`, `-u`', 'setuid(2), setgid(2), setgroups(2)', '`-u`', '`Uid:` in `/proc/PID/status`', 'user'],
  [
    '`--userns`, the daemon’s `userns-remap`',
    'a user namespace and its maps',
    '`user`',
    '`/proc/PID/uid_map`',
    'user',
  ],
  [
    '`--cap-add`, `--cap-drop`',
    'capset(2), and the bounding set',
    none,
    '`CapEff:`, `CapBnd:` in `/proc/PID/status`',
    'container',
  ],
  [
    '`--security-opt` `no-new-privileges`',
    'prctl(2), PR_SET_NO_NEW_PRIVS',
    none,
    '`NoNewPrivs:` in `/proc/PID/status`',
    'container',
  ],
  [
    '`--security-opt` `seccomp=…`',
    'a filter before each system call',
    none,
    '`Seccomp:` in `/proc/PID/status`',
    'container',
  ],
  [
    '`--privileged`',
    'all capabilities, all devices, no masks, no filter',
    none,
    '`CapEff:` in `/proc/PID/status`',
    'container',
  ],
]

const uses: Row[] = [
  ['`--memory`, `-m`', '`memory.max`', '`-m`', '`memory.limit_in_bytes`', 'cgroups'],
  [
    '`--memory-swap`',
    '`memory.swap.max`, less the memory',
    '`--memory-swap`',
    '`memory.memsw.limit_in_bytes`',
    'cgroups',
  ],
  ['`--memory-reservation`', '`memory.low`', none, '`memory.soft_limit_in_bytes`', 'cgroups'],
  ['`--cpus`', '`cpu.max`', '`--cpus`', '`cpu.cfs_quota_us`, `cpu.cfs_period_us`', 'cgroups'],
  ['`--cpu-shares`', '`cpu.weight`, on another scale', '`--cpu-shares`', '`cpu.shares`', 'cgroups'],
  ['`--cpuset-cpus`', '`cpuset.cpus`', '`--cpuset-cpus`', '`cpuset.cpus`', 'cgroups'],
  ['`--pids-limit`', '`pids.max`', '`--pids-limit`', '`pids.max`', 'cgroups'],
  [
    '`--device-read-bps`, `--device-write-bps`',
    '`io.max`',
    '`--device-read-bps`, `--device-write-bps`',
    '`blkio.throttle.read_bps_device`, `…write_bps_device`',
    'cgroups',
  ],
  [
    '`--device-read-iops`, `--device-write-iops`',
    '`io.max`',
    '`--device-read-iops`, `--device-write-iops`',
    '`blkio.throttle.read_iops_device`, `…write_iops_device`',
    'cgroups',
  ],
]

const others: Row[] = [
  [
    '`--device`',
    'a node below `/dev`, and leave to open it: a program on version 2, a line on version 1',
    '`mnt`, `cgroup`, `--device`',
    '`/proc/PID/root/dev/`; `devices.list` on version 1',
    'cgroups',
  ],
  ['`--ulimit`', 'setrlimit(2), for each process by itself', none, '`/proc/PID/limits`', 'cgroups'],
]

/** Docker's flags, by what they are about; each table is a part of its own. */
export const dockerReference = {
  'docker-sees': () => features(sees),
  'docker-reaches': () => features(reaches),
  'docker-is': () => features(is),
  'docker-uses': () => proved(['flag', 'on version 2', '`cooper run`', 'on version 1', 'lesson'], uses),
  'docker-others': () => features(others),
}

const features = (rows: Row[]) =>
  proved(['flag', 'kernel feature', '`cooper run`', 'where to look', 'lesson'], rows)

function proved(head: string[], rows: Row[]): string {
  for (const [flag, , here] of rows) {
    const wrong = [...here.matchAll(/`(-{0,2})([\w-]+)/g)].find(([, dashes, name]) => !isThere(dashes, name))
    if (wrong) throw new Error(`docker.ts, ${flag}: cooper run has no ${wrong[0].slice(1)}`)
  }
  return table(
    head,
    rows.map(([flag, asks, here, look, lesson]) => [flag, asks, here, look, lesson ? lessonRef(lesson) : '']),
  )
}

function isThere(dashes = '', name = ''): boolean {
  if (!dashes) return pieces.some((piece) => piece.name === name)
  const options = command('run')?.options ?? []
  return options.some((option) => name === (dashes === '-' ? option.short : option.name))
}
