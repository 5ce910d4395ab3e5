import type { Row } from './row.ts'

/** Calls on who a process is, and what it may do. */
export const ids: Row[] = [
  [
    { do: 'writeOfChild', args: { file: 'uid_map', text: '0 0 1\n' } },
    'write(open("/proc/CHILD/uid_map"), "0 0 1\\n")',
    "printf %s '0 0 1\n' > /proc/$CHILD/uid_map",
    ['writeOfChild', 'uid_map', '0 0 1\n'],
  ],
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
    { do: 'newIdMap', args: { kind: 'uid', ranges: [{ inside: 0, outside: 1000, count: 1 }] } },
    'newuidmap CHILD 0 1000 1',
    'newuidmap $CHILD 0 1000 1',
    undefined,
  ],
]
