import type { Row } from './row.ts'

/** Calls on sessions and terminals. */
export const terminal: Row[] = [
  [{ do: 'setsid', args: {} }, 'setsid()', 'setsid', ['setsid']],
  [
    { do: 'openTerminal', args: { ptmx: '/dev/ptmx', rows: 24, columns: 80 } },
    'ioctl(open("/dev/ptmx"), TIOCGPTPEER); ioctl(0, TIOCSCTTY)',
    'script -qc "$SHELL" /dev/null',
    ['openTerminal', '/dev/ptmx', 24, 80],
  ],
  [{ do: 'takeTerminal', args: {} }, 'ioctl(0, TIOCSCTTY)', 'setsid --ctty', ['takeTerminal']],
]
