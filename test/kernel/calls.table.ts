import type { Act } from '../../src/kernel/index.ts'

/** Layers whose whole names do not fit into a page. */
const many = Array.from({ length: 300 }, (_, index) => `layer-${index}`)

/** Every call once or more: what it is, as one writes it in C, as one types it, and as the addon takes it. */
export const table: [act: Act, said: string, typed: string, encoded: unknown[] | undefined][] = [
  [
    { do: 'mount', args: { to: '/', flags: ['rec', 'private'] } },
    'mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)',
    'mount --make-rprivate /',
    ['mount', null, '/', null, 0x44000, null],
  ],
  [
    { do: 'mount', args: { to: '/a', flags: ['slave'] } },
    'mount(NULL, "/a", NULL, MS_SLAVE, NULL)',
    'mount --make-slave /a',
    ['mount', null, '/a', null, 0x80000, null],
  ],
  [
    { do: 'mount', args: { from: '/a b', to: '/b', flags: ['bind'] } },
    'mount("/a b", "/b", NULL, MS_BIND, NULL)',
    "mount --bind '/a b' /b",
    ['mount', '/a b', '/b', null, 0x1000, null],
  ],
  [
    { do: 'mount', args: { from: '/a', to: '/b', flags: ['bind', 'rec'] } },
    'mount("/a", "/b", NULL, MS_BIND | MS_REC, NULL)',
    'mount --rbind /a /b',
    ['mount', '/a', '/b', null, 0x5000, null],
  ],
  [
    { do: 'mount', args: { from: '/a', to: '/b', flags: ['move'] } },
    'mount("/a", "/b", NULL, MS_MOVE, NULL)',
    'mount --move /a /b',
    ['mount', '/a', '/b', null, 0x2000, null],
  ],
  [
    { do: 'mount', args: { from: 'proc', to: 'proc', type: 'proc', flags: ['nosuid', 'nodev', 'noexec'] } },
    'mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)',
    'mount -t proc -o nosuid,nodev,noexec proc proc',
    ['mount', 'proc', 'proc', 'proc', 14, null],
  ],
  [
    {
      do: 'mount',
      args: { from: 'dev', to: 'dev', type: 'tmpfs', flags: ['ro'], data: 'mode=755,size=64k' },
    },
    'mount("dev", "dev", "tmpfs", MS_RDONLY, "mode=755,size=64k")',
    'mount -t tmpfs -o ro,mode=755,size=64k dev dev',
    ['mount', 'dev', 'dev', 'tmpfs', 1, 'mode=755,size=64k'],
  ],
  [
    { do: 'mountSetattr', args: { at: '/sys', rec: true } },
    'mount_setattr(AT_FDCWD, "/sys", AT_RECURSIVE, {MOUNT_ATTR_RDONLY})',
    "findmnt -R -n -l -o TARGET /sys | xargs -d '\\n' -n 1 mount -o remount,bind,ro",
    ['mountSetattr', '/sys', 1, 1],
  ],
  [
    { do: 'umount', args: { at: '.', detach: true } },
    'umount2(".", MNT_DETACH)',
    'umount -l .',
    ['umount', '.', 2],
  ],
  [{ do: 'umount', args: { at: '/a' } }, 'umount2("/a", 0)', 'umount /a', ['umount', '/a', 0]],
  [
    { do: 'pivotRoot', args: { newRoot: '.', putOld: '.' } },
    'pivot_root(".", ".")',
    'pivot_root . .',
    ['pivotRoot', '.', '.'],
  ],
  [
    {
      do: 'groupMake',
      args: {
        at: '/sys/fs/cgroup/memory/cooper/ab',
        top: '/sys/fs/cgroup/memory',
        version: 1,
        controllers: ['memory'],
      },
    },
    'mkdir("/sys/fs/cgroup/memory/cooper/ab", 0755)',
    'mkdir -p /sys/fs/cgroup/memory/cooper/ab',
    undefined,
  ],
  [
    {
      do: 'groupMake',
      args: { at: '/cg/cooper/ab', top: '/cg', version: 1, controllers: ['cpuset'] },
    },
    'mkdir("/cg/cooper/ab", 0755)',
    'mkdir -p /cg/cooper/ab && ' +
      'cat /cg/cpuset.cpus > /cg/cooper/cpuset.cpus && cat /cg/cpuset.mems > /cg/cooper/cpuset.mems && ' +
      'cat /cg/cooper/cpuset.cpus > /cg/cooper/ab/cpuset.cpus && cat /cg/cooper/cpuset.mems > /cg/cooper/ab/cpuset.mems',
    undefined,
  ],
  [
    {
      do: 'groupMake',
      args: {
        at: '/sys/fs/cgroup/cooper/ab',
        top: '/sys/fs/cgroup',
        version: 2,
        controllers: ['memory', 'pids'],
        owner: { uid: 7, gid: 8 },
      },
    },
    'mkdir("/sys/fs/cgroup/cooper/ab", 0755)',
    "mkdir -p /sys/fs/cgroup/cooper/ab && echo '+memory +pids' > /sys/fs/cgroup/cgroup.subtree_control && " +
      "echo '+memory +pids' > /sys/fs/cgroup/cooper/cgroup.subtree_control && " +
      'chown 7:8 /sys/fs/cgroup/cooper/ab /sys/fs/cgroup/cooper/ab/cgroup.procs',
    undefined,
  ],
  [
    { do: 'groupRemove', args: { at: '/sys/fs/cgroup/cooper/ab', top: '/sys/fs/cgroup' } },
    'rmdir("/sys/fs/cgroup/cooper/ab")',
    'until rmdir /sys/fs/cgroup/cooper/ab || [ ! -e /sys/fs/cgroup/cooper/ab ]; do ' +
      'xargs -r kill -KILL < /sys/fs/cgroup/cooper/ab/cgroup.procs; sleep 0.1; done; rmdir /sys/fs/cgroup/cooper',
    undefined,
  ],
  [
    { do: 'groupEnter', args: { at: '/sys/fs/cgroup/pids/cooper/ab' } },
    'write(open("/sys/fs/cgroup/pids/cooper/ab/tasks"), "0")',
    'echo 0 > /sys/fs/cgroup/pids/cooper/ab/tasks',
    ['write', '/sys/fs/cgroup/pids/cooper/ab/tasks', '0', 0, 0],
  ],
  [
    { do: 'groupJoin', args: { at: '/sys/fs/cgroup/pids/cooper/ab' } },
    'write(open("/sys/fs/cgroup/pids/cooper/ab/cgroup.procs"), "CHILD")',
    'echo $CHILD > /sys/fs/cgroup/pids/cooper/ab/cgroup.procs',
    undefined,
  ],
  [
    { do: 'groupJoin', args: { at: '/sys/fs/cgroup/ours', self: true } },
    'write(open("/sys/fs/cgroup/ours/cgroup.procs"), "0")',
    'echo $$ > /sys/fs/cgroup/ours/cgroup.procs',
    undefined,
  ],
  [
    {
      do: 'deviceProgram',
      args: {
        at: '/sys/fs/cgroup/cooper/ab',
        program: [{ code: 0x95, dst: 0, src: 0, off: 0, imm: 0 }],
      },
    },
    'bpf(BPF_PROG_LOAD, {BPF_PROG_TYPE_CGROUP_DEVICE, 1 instructions}), bpf(BPF_PROG_ATTACH, {"/sys/fs/cgroup/cooper/ab", BPF_CGROUP_DEVICE})',
    '# a shell has no bpf(2); what is attached to a group shows: bpftool cgroup show /sys/fs/cgroup/cooper/ab',
    undefined,
  ],
  [
    { do: 'groupLimit', args: { at: '/sys/fs/cgroup/cooper/ab', file: 'cpu.max', text: '50000 100000' } },
    'write(open("/sys/fs/cgroup/cooper/ab/cpu.max"), "50000 100000")',
    "echo '50000 100000' > /sys/fs/cgroup/cooper/ab/cpu.max",
    undefined,
  ],
  [{ do: 'chroot', args: { to: '/a' } }, 'chroot("/a")', 'chroot /a', ['chroot', '/a']],
  [{ do: 'chdir', args: { to: '/a' } }, 'chdir("/a")', 'cd /a', ['chdir', '/a']],
  [{ do: 'chdir', args: { to: { fd: 5, path: '/a' } } }, 'fchdir(5 = /a)', 'cd /a', ['fchdir', 5]],
  [{ do: 'mkdir', args: { at: 'a' } }, 'mkdir("a", 0755)', 'mkdir -m 755 a', ['mkdir', 'a', 0o755]],
  [
    { do: 'mkdir', args: { at: 'a', mode: 0o1777 } },
    'mkdir("a", 01777)',
    'mkdir -m 1777 a',
    ['mkdir', 'a', 0o1777],
  ],
  [
    { do: 'mknod', args: { at: 'null', device: [1, 3] } },
    'mknod("null", S_IFCHR | 0666, makedev(1, 3))',
    'mknod -m 666 null c 1 3',
    ['mknod', 'null', 0o020666, 1, 3],
  ],
  [
    { do: 'symlink', args: { at: 'a', to: '/b' } },
    'symlink("/b", "a")',
    'ln -s /b a',
    ['symlink', '/b', 'a'],
  ],
  [
    { do: 'write', args: { at: '/a', text: '1' } },
    'write(open("/a"), "1")',
    'printf %s 1 > /a',
    ['write', '/a', '1', 0, 0],
  ],
  [
    { do: 'write', args: { at: '/a', text: '', create: 0o644 } },
    'write(open("/a"), "")',
    ': > /a',
    ['write', '/a', '', 0o1100, 0o644],
  ],
  [
    { do: 'writeOfChild', args: { file: 'uid_map', text: '0 0 1\n' } },
    'write(open("/proc/CHILD/uid_map"), "0 0 1\\n")',
    "printf %s '0 0 1\n' > /proc/$CHILD/uid_map",
    ['writeOfChild', 'uid_map', '0 0 1\n'],
  ],
  [
    {
      do: 'overlayMount',
      args: { to: '/m', lower: ['/top', '/a:b,c\\d'], upper: '/u', work: '/w', userxattr: true },
    },
    'mount("overlay", "/m", "overlay", 0, "lowerdir=/top:/a\\\\:b\\\\,c\\\\\\\\d,upperdir=/u,workdir=/w,userxattr")',
    "mount -t overlay -o 'lowerdir=/top:/a\\:b\\,c\\\\d,upperdir=/u,workdir=/w,userxattr' overlay /m",
    [
      'mount',
      'overlay',
      '/m',
      'overlay',
      0,
      'lowerdir=/top:/a\\:b\\,c\\\\d,upperdir=/u,workdir=/w,userxattr',
    ],
  ],
  [
    { do: 'overlayMount', args: { to: '/m', lower: many.map((name) => `/layers/${name}`) } },
    'fsconfig(fsopen("overlay"), FSCONFIG_SET_FD, "lowerdir+", each of 300), move_mount("/m")',
    `(cd /layers && mount -t overlay -o lowerdir=${many.join(':')} overlay /m)`,
    [
      'overlayMount',
      '/m',
      '/layers',
      `lowerdir=${many.join(':')}`,
      0,
      null,
      null,
      ...many.map((name) => `/layers/${name}`),
    ],
  ],
  [{ do: 'makeScratch', args: { at: '/u.work' } }, 'mkdir("/u.work", 0755)', 'mkdir /u.work', undefined],
  [
    { do: 'makeScratch', args: { at: '/a b', owner: { uid: 1, gid: 2 } } },
    'mkdir("/a b", 0755)',
    "mkdir '/a b' && chown 1:2 '/a b'",
    undefined,
  ],
  [{ do: 'unlink', args: { at: "it's" } }, 'unlink("it\'s")', "rm -f 'it'\\''s'", undefined],
  [{ do: 'removeTree', args: { at: '/a b' } }, 'removing "/a b"', "rm -rf '/a b'", undefined],
  [
    { do: 'sethostname', args: { name: 'bøx' } },
    'sethostname("bøx", 4)',
    "hostname 'bøx'",
    ['sethostname', 'bøx'],
  ],
  [
    { do: 'setdomainname', args: { name: 'x' } },
    'setdomainname("x", 1)',
    'domainname x',
    ['setdomainname', 'x'],
  ],
  [{ do: 'setsid', args: {} }, 'setsid()', 'setsid', ['setsid']],
  [
    { do: 'prctl', args: { option: 'PR_SET_NO_NEW_PRIVS' } },
    'prctl(PR_SET_NO_NEW_PRIVS, 1)',
    'setpriv --no-new-privs',
    ['prctl', 38, 1, 0, 0, 0],
  ],
  [
    { do: 'prctl', args: { option: 'PR_CAPBSET_DROP', value: 21 } },
    'prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN)',
    'setpriv --bounding-set=-sys_admin',
    ['prctl', 24, 21, 0, 0, 0],
  ],
  [
    { do: 'prctl', args: { option: 'PR_CAPBSET_DROP', value: 41 } },
    'prctl(PR_CAPBSET_DROP, CAP_41)',
    'setpriv --bounding-set=-cap_41',
    ['prctl', 24, 41, 0, 0, 0],
  ],
  [
    { do: 'prctl', args: { option: 'PR_SET_KEEPCAPS' } },
    'prctl(PR_SET_KEEPCAPS, 1)',
    'capsh --keep=1',
    ['prctl', 8, 1, 0, 0, 0],
  ],
  [
    { do: 'prctl', args: { option: 'PR_SET_CHILD_SUBREAPER' } },
    'prctl(PR_SET_CHILD_SUBREAPER, 1)',
    '# prctl(PR_SET_CHILD_SUBREAPER, 1): no command of util-linux does it, and one that marked itself and ended would have marked nobody',
    ['prctl', 36, 1, 0, 0, 0],
  ],
  [{ do: 'setgroups', args: { groups: [] } }, 'setgroups(0, [])', 'setpriv --clear-groups', ['setgroups']],
  [
    { do: 'setgroups', args: { groups: [1, 2] } },
    'setgroups(2, [1, 2])',
    'setpriv --groups 1,2',
    ['setgroups', 1, 2],
  ],
  [{ do: 'setgid', args: { gid: 7 } }, 'setresgid(7, 7, 7)', 'setpriv --regid 7', ['setgid', 7]],
  [{ do: 'setuid', args: { uid: 7 } }, 'setresuid(7, 7, 7)', 'setpriv --reuid 7', ['setuid', 7]],
  [
    { do: 'capset', args: { effective: 0x1, permitted: 0x3, inheritable: 0 } },
    'capset({effective 0x1, permitted 0x3, inheritable 0x0})',
    "capsh --caps='cap_chown=ep cap_dac_override=p'",
    ['capset', 1, 3, 0],
  ],
  [
    { do: 'capset', args: { effective: 0, permitted: 0, inheritable: 0 } },
    'capset({effective 0x0, permitted 0x0, inheritable 0x0})',
    'capsh --caps==',
    ['capset', 0, 0, 0],
  ],
  [
    { do: 'capset', args: { effective: 2 ** 39 + 1, permitted: 2 ** 39 + 1, inheritable: 2 ** 41 } },
    'capset({effective 0x8000000001, permitted 0x8000000001, inheritable 0x20000000000})',
    "capsh --caps='cap_chown,cap_bpf=ep cap_41=i'",
    ['capset', 2 ** 39 + 1, 2 ** 39 + 1, 2 ** 41],
  ],
  [
    { do: 'unshare', args: { namespaces: ['user', 'mnt'] } },
    'unshare(CLONE_NEWUSER | CLONE_NEWNS)',
    'unshare --user --mount',
    ['unshare', 0x10020000],
  ],
  [
    { do: 'setns', args: { fd: 9, pid: 42, namespaces: ['mnt', 'net'] } },
    'setns(pidfd of 42, CLONE_NEWNS | CLONE_NEWNET)',
    'nsenter --target 42 --mount --net',
    ['setns', 9, 0x40020000],
  ],
  [
    { do: 'clone', args: { namespaces: ['pid', 'cgroup'], beside: 2 } },
    'clone(CLONE_NEWPID | CLONE_NEWCGROUP)',
    'unshare --pid --cgroup --fork',
    ['clone', 0x22000000, 2],
  ],
  [
    { do: 'linkUp', args: { name: 'lo' } },
    'ioctl(SIOCSIFFLAGS, {"lo", IFF_UP})',
    'ip link set lo up',
    ['linkUp', 'lo'],
  ],
  [
    { do: 'bridgeAdd', args: { name: 'cooper0', mac: '02:c0:0a:d5:00:01', forwards: false } },
    'RTM_NEWLINK(up, {IFLA_IFNAME "cooper0", IFLA_ADDRESS 02:c0:0a:d5:00:01, IFLA_INFO_KIND "bridge"})',
    'ip link show cooper0 >/dev/null 2>&1 || ip link add cooper0 address 02:c0:0a:d5:00:01 up type bridge',
    undefined,
  ],
  [
    { do: 'bridgeRelease', args: { name: 'cooper0', forwards: false } },
    'RTM_DELLINK({IFLA_IFNAME "cooper0"}) unless a container uses it',
    '[ -n "$(ls /sys/class/net/cooper0/brif)" ] || { ip link del cooper0 && echo 0 > /proc/sys/net/ipv4/ip_forward; }',
    undefined,
  ],
  [
    {
      do: 'vethAdd',
      args: { name: 'veth1234', bridge: 'cooper0', peer: { name: 'eth0', mac: '02:c0:0a:d5:00:02' } },
    },
    'RTM_NEWLINK(up, {IFLA_IFNAME "veth1234", IFLA_MASTER cooper0, IFLA_INFO_KIND "veth", VETH_INFO_PEER {IFLA_IFNAME "eth0", IFLA_ADDRESS 02:c0:0a:d5:00:02, IFLA_NET_NS_PID CHILD}})',
    'ip link add veth1234 master cooper0 up type veth peer name eth0 address 02:c0:0a:d5:00:02 netns $CHILD',
    undefined,
  ],
  [
    { do: 'linkDelete', args: { name: 'veth1234' } },
    'RTM_DELLINK({IFLA_IFNAME "veth1234"})',
    'ip link del veth1234',
    undefined,
  ],
  [
    { do: 'addressAdd', args: { link: 'eth0', address: '10.213.0.2', prefix: 24 } },
    'RTM_NEWADDR(eth0, {IFA_LOCAL 10.213.0.2/24})',
    'ip addr replace 10.213.0.2/24 dev eth0',
    [
      'netlink',
      // nlmsghdr: length, RTM_NEWADDR, flags, number, port · ifaddrmsg · IFA_LOCAL · IFA_ADDRESS
      Buffer.from(
        ['28000000140005050000000000000000', '0218000000000000', '080002000ad50002', '080001000ad50002'].join(
          '',
        ),
        'hex',
      ),
      'eth0',
      20,
    ],
  ],
  [
    { do: 'routeAdd', args: { via: '10.213.0.1' } },
    'RTM_NEWROUTE(default, {RTA_GATEWAY 10.213.0.1})',
    'ip route add default via 10.213.0.1',
    [
      'netlink',
      // nlmsghdr · rtmsg: AF_INET, table 254 (main), RTPROT_BOOT, universe, unicast · RTA_GATEWAY
      Buffer.from(
        ['24000000180005060000000000000000', '02000000fe03000100000000', '080005000ad50001'].join(''),
        'hex',
      ),
    ],
  ],
  [
    { do: 'nft', args: { table: 'ip cooper_1', rules: 'table ip cooper_1 {\n}\n' } },
    'nft -f - (table ip cooper_1, 2 lines)',
    "nft -f - <<'NFT'\ntable ip cooper_1 {\n}\nNFT",
    undefined,
  ],
  [
    {
      do: 'proxy',
      args: {
        ports: [{ protocol: 'tcp', address: '127.0.0.1', port: 18080, to: 80, fd: 9 }],
        to: '10.213.0.2',
        inside: false,
      },
    },
    'cooper-proxy tcp 127.0.0.1:18080 10.213.0.2:80',
    'socat TCP-LISTEN:18080,fork,reuseaddr,bind=127.0.0.1 TCP:10.213.0.2:80 &',
    undefined,
  ],
  [
    { do: 'openNetlink', args: {} },
    'socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)',
    '# a socket has no spelling in a shell: ip(8) opens one each time',
    ['openNetlink'],
  ],
  [
    { do: 'openTerminal', args: { ptmx: '/dev/ptmx', rows: 24, columns: 80 } },
    'ioctl(open("/dev/ptmx"), TIOCGPTPEER); ioctl(0, TIOCSCTTY)',
    'script -qc "$SHELL" /dev/null',
    ['openTerminal', '/dev/ptmx', 24, 80],
  ],
  [
    { do: 'openRoot', args: { at: '/srv/a b' } },
    'open("/srv/a b", O_PATH | O_DIRECTORY)',
    "ROOT='/srv/a b'",
    ['openRoot', '/srv/a b'],
  ],
  [
    { do: 'makePath', args: { at: 'a/b', directory: true } },
    'mkdirat(root, "a/b")',
    'mkdir -p "$ROOT"/a/b',
    ['makePath', 'a/b', 1],
  ],
  [
    { do: 'makePath', args: { at: 'a/b', directory: false } },
    'openat(root, "a/b", O_CREAT)',
    'mkdir -p "$(dirname "$ROOT"/a/b)" && touch "$ROOT"/a/b',
    ['makePath', 'a/b', 0],
  ],
  [
    { do: 'mkdir', args: { at: { entry: 'dev/pts' } } },
    'mkdir(root:"dev/pts", 0755)',
    'mkdir -m 755 "$ROOT"/dev/pts',
    ['mkdir', { entry: 'dev/pts' }, 0o755],
  ],
  [{ do: 'chdir', args: { to: { exact: '.' } } }, 'chdir(root:".")', 'cd "$ROOT"', ['chdir', { exact: '.' }]],
  [
    { do: 'newIdMap', args: { kind: 'uid', ranges: [{ inside: 0, outside: 1000, count: 1 }] } },
    'newuidmap CHILD 0 1000 1',
    'newuidmap $CHILD 0 1000 1',
    undefined,
  ],
  [{ do: 'takeTerminal', args: {} }, 'ioctl(0, TIOCSCTTY)', 'setsid --ctty', ['takeTerminal']],
]
