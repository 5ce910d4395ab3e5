import { notPrivileged, quoted, verb, word } from './verb.ts'

/** ioctl(2) SIOCSIFFLAGS, IFF_UP: see netdevice(7). */
export interface LinkUpArgs {
  name: string
}

// #region call
export const linkUp = verb<LinkUpArgs>({
  encode: ({ name }) => ['linkUp', name],
  say: ({ name }) => `ioctl(SIOCSIFFLAGS, {${quoted(name)}, IFF_UP})`,
  shell: ({ name }) => `ip link set ${word(name)} up`,
  causes: {
    ENODEV: ({ name }) => ({ because: `this network namespace has no link ${name}` }),
    EPERM: notPrivileged('CAP_NET_ADMIN', 'the owner of this network namespace'),
  },
})
// #endregion call
