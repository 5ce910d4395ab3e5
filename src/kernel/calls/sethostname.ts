import { notPrivileged, quoted, verb, word } from './verb.ts'

/** sethostname(2): at most 64 bytes. */
export interface SethostnameArgs {
  name: string
}

// #region call
export const sethostname = verb<SethostnameArgs>({
  encode: ({ name }) => ['sethostname', name],
  say: ({ name }) => `sethostname(${quoted(name)}, ${Buffer.byteLength(name)})`,
  shell: ({ name }) => `hostname ${word(name)}`,
  causes: {
    EINVAL: ({ name }) => ({
      because: `${quoted(name)} has ${Buffer.byteLength(name)} bytes; 64 is the limit`,
    }),
    EPERM: notPrivileged('CAP_SYS_ADMIN', 'the owner of this UTS namespace'),
  },
})
// #endregion call
