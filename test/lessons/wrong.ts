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
      ['chroot ~/base /usr/bin/sleep 2001 &'],
      ['container wrong /root/init:/root/base', 'chroot ~/wrong/root /usr/bin/sleep 2001 &'],
      ['cp -a ~/base ~/other; rm ~/other/etc/password', 'chroot ~/other /usr/bin/sleep 2001 &'],
      [
        'mkdir ~/out; mount -t overlay out -o lowerdir=/root/app:/root/base ~/out',
        'unshare --mount chroot ~/out /usr/bin/sleep 2001 &',
      ],
    ],
    restored: [
      ['container back /root/init:/root/app:/root/base', 'chroot ~/back/root /usr/bin/sleep 2002 &'],
      [
        'mount -t overlay again -o userxattr,lowerdir=/root/app:/root/base \\',
        '-o upperdir=/root/upper,workdir=/root/work ~/merged',
        'chroot ~/merged /usr/bin/sleep 2002 &',
      ],
      ['cp ~/base/etc/password ~/merged/etc/password', 'chroot ~/merged /usr/bin/sleep 2002 &'],
    ],
    'new-image': [
      [
        'container unsaved /root/init:/root/base; echo 12 > ~/unsaved/root/srv/price',
        'rm ~/unsaved/root/etc/motd; chroot ~/unsaved/root /usr/bin/sleep 2003 &',
      ],
      [
        'mkdir -p ~/tag/srv; echo 12 > ~/tag/srv/price; container greets /root/init:/root/tag:/root/base',
        'chroot ~/greets/root /usr/bin/sleep 2003 &',
      ],
      [
        'container later /root/init:/root/tag:/root/base; rm ~/later/root/etc/motd',
        'chroot ~/later/root /usr/bin/sleep 2003 &',
      ],
      ['container upside /root/init:/root/base:/root/tag', 'chroot ~/upside/root /usr/bin/sleep 2003 &'],
    ],
  },
}
