import type { Row } from './row.ts'

/** Calls on namespaces, and on the names in one. */
export const namespaces: Row[] = [
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
]
