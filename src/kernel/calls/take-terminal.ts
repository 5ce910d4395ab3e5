import { verb } from './verb.ts'

/** ioctl(2) TIOCSCTTY: descriptor 0, a terminal already, becomes the controlling one. */
export type TakeTerminalArgs = Record<string, never>

// #region call
export const takeTerminal = verb<TakeTerminalArgs>({
  encode: () => ['takeTerminal'],
  say: () => 'ioctl(0, TIOCSCTTY)',
  shell: () => 'setsid --ctty',
  causes: { EPERM: () => ({ because: 'the process leads no session (setsid), or has a terminal already' }) },
})
// #endregion call
