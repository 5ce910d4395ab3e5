import { asRoot, distribution } from './distribution.ts'
import { has, proc } from './machine.ts'
import { define, type Probe } from './probe.ts'
import { surroundings } from './surroundings.ts'

// Where each of these came from is in the manual pages; 5.12 is the newest that no lesson can do without.
const oldest = { major: 5, minor: 12 }
const reasons =
  'close_range(2) is in Linux since 5.9, mount_setattr(2), which makes a whole tree read-only, since 5.12'

export const kernelProbes: Probe[] = [
  define({
    name: 'linux',
    title: 'a Linux kernel',
    needed: 'lessons',
    anywhere: true,
    look(machine) {
      const { platform, release } = machine
      if (platform !== 'linux') {
        return {
          ok: false,
          found: platform,
          why: 'namespaces are features of the Linux kernel',
          remedy: ['cooper, without a command: it names the ways to get a Linux'],
        }
      }
      const { wsl1, gvisor } = surroundings(machine)
      if (wsl1) {
        return {
          ok: false,
          found: `WSL 1 (${release})`,
          why: 'WSL 1 translates system calls for Windows; there is no Linux kernel, so there are no namespaces',
          remedy: ['in Windows: wsl --set-version DISTRIBUTION 2'],
        }
      }
      if (gvisor) {
        return {
          ok: false,
          found: 'gVisor',
          why: 'gVisor answers system calls in a program of its own; its namespaces are not the kernel’s',
          remedy: [
            'use a container with another runtime (docker run --runtime=runc --privileged …), or a machine',
          ],
        }
      }
      return { ok: true, found: distribution(machine).name }
    },
  }),
  define({
    name: 'kernel',
    title: `Linux ${oldest.major}.${oldest.minor} or newer`,
    needed: 'lessons',
    look({ release }) {
      const [major = 0, minor = 0] = release.split('.').map(Number.parseFloat)
      const ok = major > oldest.major || (major === oldest.major && minor >= oldest.minor)
      if (ok) return { ok, found: release }
      return {
        ok,
        found: release,
        why: reasons,
        remedy: ['update the distribution, or its kernel, and start it again'],
      }
    },
  }),
  define({
    name: 'ipv6',
    title: 'IPv6',
    needed: 'some',
    look(machine) {
      if (proc(machine, 'net/if_inet6') !== undefined) return { ok: true, found: 'in /proc/net' }
      return {
        ok: false,
        found: 'no /proc/net/if_inet6',
        why: 'this kernel was built without IPv6, or started with ipv6.disable=1',
        remedy: [
          'take ipv6.disable=1 out of the kernel’s command line and start it again; one step needs it',
        ],
      }
    },
  }),
  define({
    name: 'overlay',
    title: 'the overlay file system, also in a user namespace',
    needed: 'some',
    look(machine) {
      const found = `in /proc/filesystems, Linux ${machine.release}`
      if (/\boverlay$/m.test(proc(machine, 'filesystems') ?? '')) {
        const [major = 0, minor = 0] = machine.release.split('.').map(Number.parseFloat)
        const version = major * 1000 + minor
        if (version >= 6006) return { ok: true, found }
        const memory =
          'an upper in memory loses what it notes on directories before 6.6; /cooper/disk is for that'
        if (version >= 5011) return { ok: true, found, why: memory }
        return {
          ok: false,
          found,
          why: 'before 5.11 only the first root may mount overlays, and the workbench is a user namespace',
          remedy: ['update the distribution, or its kernel, and start it again'],
        }
      }
      const module = has(machine, `/lib/modules/${machine.release}/kernel/fs/overlayfs`)
      return {
        ok: false,
        found: 'not in /proc/filesystems',
        why: module
          ? 'its module is not loaded'
          : 'this kernel was built without it, or its modules are not here',
        remedy: [asRoot('modprobe overlay', machine)],
      }
    },
  }),
]
