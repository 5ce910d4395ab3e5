import type { Row } from './row.ts'

/** Calls on links, addresses, routes and rules. */
export const network: Row[] = [
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
]
