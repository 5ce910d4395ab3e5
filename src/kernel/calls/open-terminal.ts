import { quoted, verb } from './verb.ts'

/**
 * Opens a pty of the devpts at `ptmx`, hands its master to the parent, and makes its slave the controlling terminal
 * and descriptors 0, 1 and 2. See pty(7) and ioctl_tty(2); the process must lead a session.
 */
export interface OpenTerminalArgs {
  ptmx: string
  rows: number
  columns: number
}

// #region call
export const openTerminal = verb<OpenTerminalArgs>({
  encode: ({ ptmx, rows, columns }) => ['openTerminal', ptmx, rows, columns],
  say: ({ ptmx }) => `ioctl(open(${quoted(ptmx)}), TIOCGPTPEER); ioctl(0, TIOCSCTTY)`,
  shell: () => 'script -qc "$SHELL" /dev/null',
  causes: {
    ENOENT: ({ ptmx }) => ({ because: `${ptmx} is not there: no devpts is mounted` }),
    ENOSPC: () => ({ because: 'all terminals are in use', remedy: 'look at /proc/sys/kernel/pty' }),
    EPERM: () => ({ because: 'the process leads no session (setsid), or has a terminal already' }),
  },
})
// #endregion call
