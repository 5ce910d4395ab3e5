import { which } from '../support/which.ts'

/** Programs that make and run the machine, and the Debian packages that hold them. */
const tools: Record<string, string> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  'dpkg-deb': 'dpkg',
  'apt-get': 'apt',
  ldd: 'libc-bin',
  setpriv: 'util-linux',
  unshare: 'util-linux',
}

/** What is missing here, in one sentence; undefined when nothing is. */
export function lacking(): string | undefined {
  const missing = Object.keys(tools).filter((name) => !which(name))
  if (missing.length === 0) return undefined
  const packages = [...new Set(missing.map((name) => tools[name]))]
  return `The machine needs ${missing.join(', ')}: apt-get install ${packages.join(' ')}`
}
