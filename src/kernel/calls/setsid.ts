import { verb } from './verb.ts'

/** setsid(2): a session of its own, without a terminal and out of reach of our terminal's Ctrl-C. */
export type SetsidArgs = Record<string, never>

// #region call
export const setsid = verb<SetsidArgs>({
  encode: () => ['setsid'],
  say: () => 'setsid()',
  shell: () => 'setsid',
  causes: { EPERM: () => ({ because: 'the process leads a process group already' }) },
})
// #endregion call
