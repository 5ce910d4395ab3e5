import { notPrivileged, quoted, verb, word } from './verb.ts'

/** setdomainname(2): the NIS domain, at most 64 bytes. */
export interface SetdomainnameArgs {
  name: string
}

// #region call
export const setdomainname = verb<SetdomainnameArgs>({
  encode: ({ name }) => ['setdomainname', name],
  say: ({ name }) => `setdomainname(${quoted(name)}, ${Buffer.byteLength(name)})`,
  shell: ({ name }) => `domainname ${word(name)}`,
  causes: {
    EINVAL: ({ name }) => ({
      because: `${quoted(name)} has ${Buffer.byteLength(name)} bytes; 64 is the limit`,
    }),
    EPERM: notPrivileged('CAP_SYS_ADMIN', 'the owner of this UTS namespace'),
  },
})
// #endregion call
