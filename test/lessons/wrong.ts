/** What somebody types who has not understood a task yet. Each entry is one attempt: lines, in `host` or `TERMINAL: line`. */
export const wrong: Record<string, Record<string, string[][]>> = {
  process: {
    'own-name': [
      ['sleep 2001 &'],
      ['unshare --ipc sleep 2001 &'],
      ['unshare --uts --ipc sleep 2001 &'],
      ['unshare --uts sleep 2002 &'],
      ['nsenter --target <inside> --uts sleep 2001 &'],
    ],
    'two-at-once': [
      ['sleep 2002 &'],
      ['unshare --net --ipc sleep 2002 &'],
      ['nsenter --target <inside> --net sleep 2002 &'],
      ['nsenter --target <inside> --net --ipc --uts sleep 2002 &'],
    ],
    'own-jail': [
      ['mkdir -p ~/cell; cd ~/cell; sleep 2003 &', 'cd'],
      ['chroot ~/jail /bin/sleep 2003 &'],
      ['mkdir -p ~/cell; chroot ~/cell /bin/sleep 2003'],
    ],
  },
  pid: {
    'two-names': [
      ['sleep 2001 & echo $! > ~/answer'],
      ['box: sleep 2001 & echo $! > ~/answer'],
      ['box: sleep 2001 &', 'echo 1 > ~/answer'],
      ['box: sleep 2001 &'],
    ],
    'three-floors': [
      ['sleep 2002 &'],
      ['unshare --pid --fork sleep 2002 &'],
      ['box: sleep 2002 &'],
      ["box: unshare --pid --fork sh -c 'sleep 2002; true' &"],
    ],
    'fresh-proc': [
      ['sleep 2003 &'],
      ['unshare --pid --fork sleep 2003 &'],
      ["unshare --pid --fork --mount-proc sh -c 'sleep 2003; true' &"],
    ],
  },
  mnt: {
    'secret-place': [
      ['touch /srv/secret; sleep 2001 &'],
      ['unshare --mount sleep 2001 &'],
      ["unshare --mount bash -c 'mount -t tmpfs mine /srv; exec sleep 2001' &"],
    ],
    'look-only': [
      ['sleep 2002 &'],
      ["unshare --mount bash -c 'mount --bind ~/data /srv; exec sleep 2002' &"],
      ["unshare --mount bash -c 'mount -t tmpfs -o ro mine /srv; exec sleep 2002' &"],
    ],
    'no-way-back': [
      ['sleep 2003 &'],
      ['unshare --mount chroot ~/image /bin/sleep 2003 &'],
      ["unshare --mount bash -c 'mount --bind ~/image ~/image; exec chroot ~/image /bin/sleep 2003' &"],
    ],
  },
  net: {
    third: [
      ['sleep 2001 &'],
      ['unshare --net sleep 2001 &'],
      [
        'unshare --net sleep 2001 &',
        'sleep 0.2; ip link add loose type veth peer name eth0 netns $!; ip link set loose up',
        'nsenter --target $! --net ip address add 10.0.0.4/24 dev eth0',
        'nsenter --target $! --net ip link set eth0 up',
      ],
      [
        'unshare --net sleep 2001 &',
        'sleep 0.2; ip link add asleep type veth peer name eth0 netns $!; ip link set asleep master switch up',
        'nsenter --target $! --net ip address add 10.0.0.4/24 dev eth0',
      ],
      ['nsenter --target <second> --net sleep 2001 &'],
    ],
    visitor: [
      ['world: exec 5<> /dev/tcp/192.0.2.1/9090'],
      ['world: exec 5<> /dev/tcp/192.0.2.1/8080'],
      ['nft add rule ip lesson pre ip daddr 192.0.2.1 tcp dport 9091 dnat to 10.0.0.2:80'],
    ],
    lodger: [
      ['nsenter --target <second> --net sleep 2003 &'],
      ['touch /run/netns/second; sleep 2003 &'],
      ['unshare --net sleep 2003 &'],
      ['unshare --uts nsenter --target <second> --net sleep 2003 &'],
    ],
  },
  uts: {
    named: [
      ['sleep 2001 &'],
      ['unshare --uts sleep 2001 &'],
      ["unshare --uts sh -c 'hostname stove && exec sleep 2001' &"],
    ],
    guild: [
      ['unshare --uts sleep 2002 &', 'sleep 0.2; nsenter --target $! --uts domainname guild'],
      [
        "unshare --uts sh -c 'domainname guild; sleep 2002' &",
        "unshare --uts sh -c 'domainname guild; sleep 2003' &",
      ],
      ['unshare --uts sleep 2002 &', 'sleep 0.2; nsenter --target $! --uts sleep 2003 &'],
    ],
  },
  ipc: {
    seats: [
      ['unshare --ipc sleep 2001 &'],
      ["unshare --ipc sh -c 'ipcmk --semaphore 4 > /dev/null && exec sleep 2001' &"],
      ["unshare --uts sh -c 'exec sleep 2001' &"],
    ],
    'other-half': [
      ['sleep 2002 &'],
      ['unshare --mount sleep 2002 &'],
      ["unshare --ipc --mount sh -c 'mount -t tmpfs shm /dev/shm && exec sleep 2002' &"],
    ],
    letters: [
      ['unshare --ipc --mount sleep 2003 &'],
      ["unshare --ipc --mount sh -c 'mount -t mqueue mqueue /dev/mqueue; exec sleep 2003' &"],
      [
        "unshare --ipc --mount sh -c 'mount -t tmpfs none /dev/mqueue; touch /dev/mqueue/letters; exec sleep 2003' &",
      ],
    ],
  },
  user: {
    'by-hand': [
      ['unshare --user sleep 2001 &'],
      ['unshare --user --map-root-user sleep 2001 &'],
      ['unshare --user sleep 2001 &', "sleep 0.2; echo '43 0 1' > /proc/$!/uid_map"],
    ],
    ship: [['user: sleep 2002 &'], ['user: unshare --user --map-root-user --uts sleep 2002 &']],
    figurehead: [
      ['sleep 2003 &'],
      ['unshare --user --map-root-user sleep 2003 &'],
      ['setpriv --bounding-set -all --inh-caps -all sleep 2003 &'],
    ],
  },
  overlay: {
    forgotten: [
      ['sleep 2001 &'],
      ['chroot /srv/base /usr/bin/sleep 2001 &'],
      ['container wrong /srv/init:/srv/base', 'chroot /srv/wrong/root /usr/bin/sleep 2001 &'],
      ['cp -a /srv/base /srv/other; rm /srv/other/etc/password', 'chroot /srv/other /usr/bin/sleep 2001 &'],
      [
        'mkdir /srv/out; mount -t overlay out -o lowerdir=/srv/app:/srv/base /srv/out',
        'unshare --mount chroot /srv/out /usr/bin/sleep 2001 &',
      ],
    ],
    restored: [
      ['container back /srv/init:/srv/app:/srv/base', 'chroot /srv/back/root /usr/bin/sleep 2002 &'],
      [
        'mount -t overlay again -o userxattr,lowerdir=/srv/app:/srv/base \\',
        '-o upperdir=/srv/upper,workdir=/srv/work /srv/merged',
        'chroot /srv/merged /usr/bin/sleep 2002 &',
      ],
      ['cp /srv/base/etc/password /srv/merged/etc/password', 'chroot /srv/merged /usr/bin/sleep 2002 &'],
    ],
    'new-image': [
      [
        'container unsaved /srv/init:/srv/base; echo 12 > /srv/unsaved/root/var/price',
        'rm /srv/unsaved/root/etc/motd; chroot /srv/unsaved/root /usr/bin/sleep 2003 &',
      ],
      [
        'mkdir -p /srv/tag/var; echo 12 > /srv/tag/var/price; container greets /srv/init:/srv/tag:/srv/base',
        'chroot /srv/greets/root /usr/bin/sleep 2003 &',
      ],
      [
        'container later /srv/init:/srv/tag:/srv/base; rm /srv/later/root/etc/motd',
        'chroot /srv/later/root /usr/bin/sleep 2003 &',
      ],
      ['container upside /srv/init:/srv/base:/srv/tag', 'chroot /srv/upside/root /usr/bin/sleep 2003 &'],
    ],
  },
  cgroups: {
    modest: [
      ['sleep 2001 &'],
      ['prlimit --as=16777216 --nproc=5 sleep 2001 &'],
      [
        'mkdir -p memory/w1; echo 16M > memory/w1/memory.limit_in_bytes',
        'mkdir -p w1; echo 16M > w1/memory.max',
        'sleep 2001 &',
      ],
      ['mkdir -p memory/w2; echo 16M > memory/w2/memory.limit_in_bytes; ~/into memory/w2 sleep 2001 &'],
      ['mkdir -p w2; echo 5 > w2/pids.max; ~/into w2 sleep 2001 &'],
    ],
    half: [
      ['sleep 2002 &'],
      ['mkdir -p cpu/w3; echo 512 > cpu/w3/cpu.shares; ~/into cpu/w3 sleep 2002 &'],
      ['mkdir -p cpu/w4; echo 60000 > cpu/w4/cpu.cfs_quota_us; ~/into cpu/w4 sleep 2002 &'],
      ["mkdir -p w4; echo '60000 100000' > w4/cpu.max; ~/into w4 sleep 2002 &"],
    ],
    paused: [
      ['sleep 2003 &'],
      ['sleep 2003 &', 'sleep 0.1; kill -STOP $!'],
      ['~/into freezer/pause sleep 2003 &'],
      ['~/into pause sleep 2003 &'],
    ],
  },
  container: {
    pod: [
      ['sleep 2001 &'],
      ['cooper run -- sleep 2001 < /dev/null 2> /dev/null &'],
      ['nsenter --target <hand> --net sleep 2001 &'],
      ['nsenter --target <hand> --net --uts unshare --pid --fork --mount --ipc --cgroup sleep 2001 &'],
      ['cooper run --only net --network container:<hand> -- sleep 2001 < /dev/null 2> /dev/null &'],
    ],
    disarmed: [
      ['sleep 2002 &'],
      ['cooper run -- sleep 2002 < /dev/null 2> /dev/null &'],
      ['setpriv --no-new-privs --bounding-set -all --inh-caps -all sleep 2002 &'],
      ['cooper run -- setpriv --bounding-set -all --inh-caps -all sleep 2002 < /dev/null 2> /dev/null &'],
      ['cooper run -- setpriv --no-new-privs sleep 2002 < /dev/null 2> /dev/null &'],
      [
        'cooper run --only pid,mnt -- setpriv --no-new-privs --bounding-set -all --inh-caps -all \\',
        'sleep 2002 < /dev/null 2> /dev/null &',
      ],
    ],
    archive: [
      ['sleep 2003 &'],
      [
        'mkdir -p ~/goods; cooper run --hostname archive --read-only -- sleep 2003 < /dev/null 2> /dev/null &',
      ],
      [
        'mkdir -p ~/goods',
        'cooper run --hostname archive -v ~/goods:/data -- sleep 2003 < /dev/null 2> /dev/null &',
      ],
      [
        'mkdir -p ~/goods',
        'cooper run --hostname archive --read-only -v ~/goods:/data:ro -- sleep 2003 < /dev/null 2> /dev/null &',
      ],
      [
        'mkdir -p ~/goods',
        'cooper run --read-only -v ~/goods:/data -- sleep 2003 < /dev/null 2> /dev/null &',
      ],
      [
        'mkdir -p ~/goods',
        'cooper run --network bridge --hostname archive --read-only -v ~/goods:/data \\',
        '-- sleep 2003 < /dev/null 2> /dev/null &',
      ],
      [
        'mkdir -p ~/goods',
        'cooper run --network host --hostname archive --read-only -v ~/goods:/data \\',
        '-- sleep 2003 < /dev/null 2> /dev/null &',
      ],
    ],
  },
}
