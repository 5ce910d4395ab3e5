import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alive } from '../support/child.ts'
import { type Opened, openBench } from '../support/open-bench.ts'

/** What must be the same afterwards: a sample of the machine. */
function machineNow() {
  const text = (path: string) => readFileSync(path, 'utf8')
  const about = (path: string) => {
    const { mtimeMs, ctimeMs, mode, uid, ino, size } = statSync(path)
    return { path, mtimeMs, ctimeMs, mode, uid, ino, size }
  }
  const samples = [
    '/',
    '/usr',
    '/usr/bin',
    '/usr/bin/env',
    '/etc',
    '/etc/passwd',
    '/etc/hostname',
    process.execPath,
  ]
  return {
    files: [...samples, process.cwd(), 'package.json', 'src/kernel/index.ts'].map(about),
    nodes: ['/dev/null', '/dev/zero', '/dev/tty'].map((path) => [
      path,
      statSync(path).mode,
      statSync(path).uid,
    ]),
    mounts: text('/proc/self/mountinfo'),
    names: ['hostname', 'domainname', 'core_pattern', 'ostype'].map((name) =>
      text(`/proc/sys/kernel/${name}`),
    ),
    links: Object.keys(networkInterfaces()),
    routes: text('/proc/net/route'),
    groups: text('/proc/self/cgroup'),
    shared: execFileSync('ls', ['-A', '/dev/shm'], { encoding: 'utf8' }),
  }
}

const disk = statSync('/').dev
const [major, minor] = [Math.floor(disk / 256), disk % 256]
const victim = spawn('sleep', ['1000'], { stdio: 'ignore' })

let open: Opened
let before: ReturnType<typeof machineNow>
beforeAll(async () => {
  before = machineNow()
  open = await openBench()
})
afterAll(async () => {
  await open.close()
  victim.kill('SIGKILL')
})

const nested = (line: string) => `unshare --user --map-root-user --mount sh -c '${line}'`

/** Each line must fail: nothing of the machine may be had with it, not even within the workbench. */
const refused = [
  // The machine's files
  'touch /usr/.cooper-test',
  'touch /etc/.cooper-test',
  'touch /cooper/app/.cooper-test',
  'echo x >>/etc/passwd',
  'echo x >>/cooper/bin/node',
  'chmod 777 /usr/bin/env',
  'mount -o remount,rw /usr',
  'mount -o remount,rw,bind /usr',
  'mount -o remount,rw /etc',
  'mount -o remount,rw,bind /cooper/app',
  'mount -o remount,rw,bind /cooper/bin/node',
  'umount /usr',
  'umount -l /usr',
  'umount -l /etc',
  'umount -l /cooper/app',
  'umount -R -l /usr',
  'mount --bind /usr /mnt && mount -o remount,rw,bind /mnt',
  'mount --rbind /usr /mnt && touch /mnt/.cooper-test',
  'mount --move /usr /mnt',
  'rm -rf /usr/share',
  'rm -rf /etc/passwd',
  'mv /usr/bin/env /usr/bin/env2',
  'cat /etc/shadow && test $(wc -c </etc/shadow) -gt 0',
  // The same from one user namespace further in
  nested('mount -o remount,rw,bind /usr'),
  nested('umount -l /usr'),
  nested('mount --bind /usr /mnt && touch /mnt/.cooper-test'),
  nested('mount --rbind / /mnt && touch /mnt/usr/.cooper-test'),
  nested('mount -t tmpfs none /mnt && cd /mnt && mkdir old && pivot_root . old && umount -l old/usr'),
  // Devices
  `mknod /tmp/disk b ${major} ${minor}`,
  'mknod /tmp/mem c 1 1',
  'mount -t ext4 /dev/vda /mnt',
  'mount -t devtmpfs none /mnt',
  'ls /dev | grep -E "^([shv]d[a-z]|nvme[0-9])"',
  'chmod 000 /dev/null',
  'chown 1 /dev/null',
  // The kernel's own settings
  'echo "|/tmp/x" >/proc/sys/kernel/core_pattern',
  'echo h >/proc/sysrq-trigger',
  'echo 1 >/proc/sys/vm/drop_caches',
  'echo 0 >/proc/sys/kernel/randomize_va_space',
  'sysctl -w kernel.core_pattern=x',
  'mount -o remount,rw /sys && echo mem >/sys/power/state',
  'echo 0 >/sys/kernel/mm/transparent_hugepage/enabled',
  'mount -t debugfs none /mnt',
  'mount -t securityfs none /mnt',
  'mount -t tracefs none /mnt',
  'mount -t bpf none /mnt && echo x >/mnt/x',
  'date -s "@$(date +%s)"',
  // Groups of the machine
  'mount -t cgroup2 none /mnt && mkdir /mnt/cooper-test',
  'mount -t cgroup -o devices none /mnt && mkdir /mnt/cooper-test',
  'mount -t cgroup -o memory none /mnt && echo /tmp/x >/mnt/release_agent',
  // The machine's processes
  `kill -9 ${victim.pid}`,
  `test -e /proc/${victim.pid}`,
  `nsenter -t ${victim.pid} -m true`,
  'ps -e -o args | grep -q [v]itest',
  // Out of the root
  `test -e /proc/1/root${process.cwd()}/package.json`,
  `cd /proc/1/cwd && test -e ./..${process.cwd()}/package.json`,
  'cooper_up=$(printf "../%.0s" $(seq 40)); test -e /proc/self/root/$cooper_up/dev/shm/../vda',
  'mkdir -p /tmp/jail/cooper; cp -r /cooper/bin/escape-chroot /tmp/; cd /tmp; /tmp/escape-chroot /bin/sh -c "test -e /home/* || test -e /boot"',
  'nsenter -t 1 -m -- sh -c "test -e /boot || test -e /lost+found"',
]

test.each(refused)('refused: %s', async (line) => {
  const { status, output } = await open.sh(`( ${line} ) </dev/null`)
  // What the attempt mounted is not in the way of the next one.
  await open.sh('umount -l /mnt 2>/dev/null; cd')
  expect(status, output).not.toBe(0)
})

describe('what hurts only the workbench', () => {
  test.each([
    ['hostname pwned; domainname pwned; uname -n', 'pwned'],
    ['ip link add dummy7 type dummy 2>/dev/null; ip link set lo down; ip -o link | wc -l', ''],
    ['ip link set lo up; sysctl -qw net.ipv4.ip_forward=1; cat /proc/sys/net/ipv4/ip_forward', '1'],
    ['ipcmk -M 4096 >/dev/null; ipcs -m | grep -c 0x', '1'],
    ['mount -t tmpfs none /usr/local && touch /usr/local/mine && ls /usr/local', 'mine'],
    ['mount --bind /tmp /etc && touch /etc/mine && echo done', 'done'],
    ['umount /etc && umount /usr/local && echo back', 'back'],
    ['rm -rf /var /srv /home /run /root 2>/dev/null; ls -d /var /srv 2>/dev/null | wc -l', '0'],
    ['umount -l /dev/null; rm -f /dev/null; test ! -c /dev/null && echo gone', 'gone'],
    ['rm -rf --one-file-system /usr /etc /bin/ /sbin/ /cooper 2>/tmp/err; ls /usr/bin/env', '/usr/bin/env'],
  ])('%s', async (line, says) => {
    expect((await open.sh(line)).output).toContain(says)
  })

  test('killing all there is', async () => {
    const holder = open.workbench.holder
    await (await open.terminal()).type('kill -9 -1; kill -9 1')
    // Its process 1 hears no SIGKILL from inside, so the workbench goes on; a new shell opens.
    expect(alive(holder)).toBe(true)
    expect((await open.sh('ps -e -o comm | grep -c cooper-init')).output.trim()).toBe('1')
  })
})

test('the machine is as it was', () => {
  expect(victim.exitCode ?? victim.signalCode).toBeNull()
  expect(alive(victim.pid!)).toBe(true)
  expect(machineNow()).toEqual(before)
})
