/**
 * What to say where there is no Linux kernel to learn on; undefined where there is one.
 *
 * @param platform as `process.platform` names it
 */
export function elsewhere(platform: string): string | undefined {
  if (platform === 'linux') return undefined
  const ways = here[platform] ?? others
  return [
    `Cooperage needs a Linux kernel: a container is made of features that only Linux has, and this is ${
      names[platform] ?? platform
    }.`,
    'Ways to get one:',
    ...ways.map((way) => `  ${way}`),
    `  Cloud         any small virtual machine with Debian or Ubuntu`,
    `  Dev container docker run --privileged -it node:22-bookworm, or "runArgs": ["--privileged"]`,
    'In there: install Node 20.19 or newer, then start cooper again.',
  ].join('\n')
}

const names: Record<string, string> = {
  darwin: 'macOS',
  win32: 'Windows',
  freebsd: 'FreeBSD',
  openbsd: 'OpenBSD',
}

const here: Record<string, string[]> = {
  darwin: [
    'Lima          brew install lima; limactl start template://debian-12; limactl shell debian-12',
    'OrbStack      orb create debian cooper; orb -m cooper',
    'Multipass     multipass launch --name cooper; multipass shell cooper',
    'UTM           a window with a Debian in it: https://mac.getutm.app',
  ],
  win32: [
    'WSL 2         wsl --install -d Debian (version 1 has no namespaces: wsl --set-version Debian 2)',
    'Multipass     multipass launch --name cooper; multipass shell cooper',
  ],
}

const others = ['QEMU          a virtual machine with Debian or Ubuntu']
