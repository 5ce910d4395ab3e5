import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Namespace } from '../../src/kernel/index.ts'
import { find, type Machine, thisMachine } from '../../src/workbench/probes/machine.ts'
import { type Finding, probe, probes, runProbes } from '../../src/workbench/probes.ts'

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true })
})

const systems = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  ubuntu: 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
  fedora: 'PRETTY_NAME="Fedora Linux 42"\nID=fedora\nVERSION_ID=42\n',
  rocky: 'PRETTY_NAME="Rocky Linux 9"\nID="rocky"\nID_LIKE="rhel centos fedora"\n',
  tumbleweed: 'PRETTY_NAME="openSUSE Tumbleweed"\nID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n',
  alpine: 'PRETTY_NAME="Alpine Linux v3.20"\nID=alpine\n',
  arch: 'PRETTY_NAME="Arch Linux"\nID=arch\n',
  nixos: 'PRETTY_NAME="NixOS 25.05"\nID=nixos\n',
}

type Clone = (namespaces: Namespace[], options?: { mountProc?: boolean }) => { errno: number; call: string }

const works: Clone = () => ({ errno: 0, call: '' })
const refused =
  (errno: number): Clone =>
  () => ({ errno, call: 'clone(CLONE_NEWUSER)' })
const mountRefused =
  (errno: number): Clone =>
  (_, options) =>
    options?.mountProc
      ? { errno, call: 'mount("proc", "/proc", "proc", 0, NULL)' }
      : { errno: 0, call: 'clone(CLONE_NEWUSER)' }

/** A machine whose files lie in a directory: real files, read as those of the real one are. */
function machine(
  files: Record<string, string>,
  { clone = works, programs = [], ...rest }: Partial<Machine> & { clone?: Clone; programs?: string[] } = {},
): Machine {
  const root = mkdtempSync(join(tmpdir(), 'cooper-probes-'))
  made.push(root)
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries({
    '/etc/os-release': systems.debian,
    '/proc/version': 'Linux',
    ...files,
  })) {
    put(path, text)
  }
  for (const program of programs) {
    put(`/usr/bin/${program}`, '#!/bin/sh\n')
    chmodSync(join(root, 'usr/bin', program), 0o755)
  }
  return {
    root,
    proc: join(root, 'proc'),
    etc: join(root, 'etc'),
    platform: 'linux',
    release: '6.8.0-45-generic',
    arch: 'x64',
    node: 'v20.20.0',
    uid: 1000,
    env: {},
    stdout: {},
    which: (program) => {
      const file = join(root, 'usr/bin', program)
      return existsSync(file) ? file : undefined
    },
    addon: () => '/opt/cooper/cooper.node',
    tryClone: async (namespaces, options) => clone(namespaces, options),
    ...rest,
  }
}

const look = async (name: string, on?: Machine): Promise<Finding> => {
  const entry = probe(name)
  if (!entry) throw new Error(`no probe ${name}`)
  return entry.look(on)
}
const tried = (finding: Finding) => finding.remedy?.join('\n') ?? ''

const EPERM = 1
const EACCES = 13
const ENOSPC = 28

describe('user namespaces: which cause it is', () => {
  const ubuntu = {
    '/etc/os-release': systems.ubuntu,
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n',
    '/proc/sys/user/max_user_namespaces': '63000\n',
  }

  test('AppArmor on Ubuntu lets one be made and takes its power away', async () => {
    const finding = await look('user-namespaces', machine(ubuntu, { clone: mountRefused(EACCES) }))
    expect(finding.ok).toBe(false)
    expect(finding.found).toContain('kernel.apparmor_restrict_unprivileged_userns = 1')
    expect(finding.why).toContain('AppArmor')
    expect(tried(finding)).toContain('sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0')
    // The way that leaves the switch on: a profile for this Node alone.
    expect(tried(finding)).toContain(`${process.execPath} flags=(unconfined)`)
    expect(tried(finding)).toContain('apparmor_parser -r')
  })

  test('AppArmor on Ubuntu 23.10 refuses already the clone', async () => {
    const finding = await look('user-namespaces', machine(ubuntu, { clone: refused(EACCES) }))
    expect(finding.why).toContain('AppArmor')
  })

  test('with a profile for this Node the switch does no harm', async () => {
    expect(await look('user-namespaces', machine(ubuntu))).toEqual({ ok: true, found: 'one was made' })
  })

  test('user.max_user_namespaces = 0', async () => {
    const files = { '/proc/sys/user/max_user_namespaces': '0\n' }
    const finding = await look('user-namespaces', machine(files, { clone: refused(ENOSPC) }))
    expect(finding.found).toMatch(/^user\.max_user_namespaces = 0 .*ENOSPC/)
    expect(tried(finding)).toContain('sudo sysctl -w user.max_user_namespaces=10000')
  })

  test('the switch of old Debian, for users but not for root', async () => {
    const files = { '/proc/sys/kernel/unprivileged_userns_clone': '0\n' }
    const finding = await look('user-namespaces', machine(files, { clone: refused(EPERM) }))
    expect(finding.found).toContain('kernel.unprivileged_userns_clone = 0')
    expect(tried(finding)).toContain('sudo sysctl -w kernel.unprivileged_userns_clone=1')
    const root = await look('user-namespaces', machine(files, { clone: refused(EPERM), uid: 0 }))
    expect(root.found).not.toContain('unprivileged_userns_clone')
  })

  test.each([
    ['docker', { '/.dockerenv': '' }, {}, 'a docker container'],
    ['podman', { '/run/.containerenv': '' }, {}, 'a podman container'],
    ['kubernetes', {}, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'a Kubernetes pod'],
    ['codespaces', { '/.dockerenv': '' }, { CODESPACES: 'true' }, 'a Codespace'],
    ['lxc', { '/proc/self/cgroup': '0::/lxc/payload\n' }, {}, 'a container (lxc)'],
    ['nobody knows', {}, {}, 'a sandbox'],
  ])('a container without privileges: %s', async (_, files, env, said) => {
    const status = { '/proc/self/status': 'Seccomp:\t2\nSeccomp_filters:\t1\n' }
    const finding = await look(
      'user-namespaces',
      machine({ ...files, ...status }, { clone: refused(EPERM), env }),
    )
    expect(finding.why).toContain(`${said} without privileges: a seccomp filter`)
    expect(tried(finding)).toContain('--privileged')
  })

  test('files of an image that is no container do not mislead', async () => {
    const files = { '/.dockerenv': '', '/proc/self/status': 'Seccomp:\t0\n' }
    expect((await look('user-namespaces', machine(files))).ok).toBe(true)
    const finding = await look('user-namespaces', machine(files, { clone: refused(EPERM) }))
    expect(finding.why).not.toContain('docker')
    expect(finding.why).toContain('chroot')
  })

  test('a cause nobody has written down is told as what the kernel said', async () => {
    const finding = await look('user-namespaces', machine({}, { clone: refused(EACCES) }))
    expect(finding.found).toBe('clone(CLONE_NEWUSER): EACCES, Permission denied')
    expect(tried(finding)).toContain('dmesg')
  })

  test('without the addon nothing is claimed about the kernel', async () => {
    const addon = () => {
      throw new Error('The addon is not built')
    }
    for (const name of ['user-namespaces', 'proc-mount', 'addon']) {
      const finding = await look(name, machine({}, { addon }))
      expect(finding).toMatchObject({ ok: false, why: 'The addon is not built' })
    }
  })
})

describe('the kernel', () => {
  test.each([
    ['6.1.0-18-amd64', true],
    ['5.12.0', true],
    ['5.11.22', false],
    ['5.10.0-8-amd64', false],
    ['4.18.0-553.el8', false],
  ])('%s: %s', async (release, ok) => {
    expect(await look('kernel', machine({}, { release }))).toMatchObject({ ok, found: release })
  })

  test('WSL 1 is not one, WSL 2 is', async () => {
    expect(await look('linux', machine({}, { release: '4.4.0-19041-Microsoft' }))).toMatchObject({
      ok: false,
    })
    expect(await look('linux', machine({}, { release: '5.15.167.4-microsoft-standard-WSL2' }))).toMatchObject(
      {
        ok: true,
      },
    )
  })

  test('gVisor is not one', async () => {
    const version = 'Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016'
    expect((await look('linux', machine({ '/proc/version': version }))).why).toContain('gVisor')
  })

  test('overlay', async () => {
    expect(
      await look('overlay', machine({ '/proc/filesystems': 'nodev\ttmpfs\nnodev\toverlay\n\text4\n' })),
    ).toMatchObject({ ok: true })
    const old = (release: string) =>
      look('overlay', machine({ '/proc/filesystems': 'nodev\toverlay\n' }, { release }))
    expect(await old('6.1.0-18-amd64')).toMatchObject({ ok: true, why: expect.stringContaining('6.6') })
    expect(await old('5.10.0-1')).toMatchObject({ ok: false, why: expect.stringContaining('5.11') })
    const without = await look(
      'overlay',
      machine({ '/proc/filesystems': 'nodev\ttmpfs\nnodev\tfuse.overlayfs\n' }),
    )
    expect(without).toMatchObject({ ok: false, remedy: ['sudo modprobe overlay'] })
  })

  test('a kernel built without a kind of namespace', async () => {
    const kinds = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc']
    const on = machine(Object.fromEntries(kinds.map((kind) => [`/proc/self/ns/${kind}`, ''])))
    expect(await look('namespaces', on)).toMatchObject({
      ok: false,
      why: 'this kernel was built without cgroup',
    })
  })

  test('elsewhere than on Linux nothing is tried', async () => {
    const clone: Clone = () => {
      throw new Error('tried')
    }
    for (const result of await runProbes(machine({}, { platform: 'darwin', clone }))) {
      expect(result.ok).toBe(false)
      expect(result.why).not.toContain('tried')
    }
  })
})

describe('ids', () => {
  const every = '         0          0 4294967295\n'
  const status = (effective: string) => ({ '/proc/self/status': `CapEff:\t${effective}\n` })

  test('root of the machine, of a user namespace, and root without its capabilities', async () => {
    const all = { '/proc/self/uid_map': every, ...status('000001ffffffffff') }
    expect(await look('real-root', machine(all, { uid: 0 }))).toMatchObject({ ok: true })
    expect((await look('real-root', machine(all))).remedy?.[0]).toMatch(/^sudo /)

    const inner = { '/proc/self/uid_map': '0 1000 1\n', ...status('000001ffffffffff') }
    expect((await look('real-root', machine(inner, { uid: 0 }))).found).toBe('root of a user namespace')

    const docker = { '/proc/self/uid_map': every, ...status('00000000a80425fb') }
    const finding = await look('real-root', machine(docker, { uid: 0 }))
    expect(finding.found).toBe('root without CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_PTRACE')
  })

  test('a full map inside of another user namespace is not the first', async () => {
    const on = machine({ '/proc/self/uid_map': every, ...status('000001ffffffffff') }, { uid: 0 })
    mkdirSync(join(on.proc, 'self/ns'))
    symlinkSync('user:[4026532200]', join(on.proc, 'self/ns/user'))
    expect((await look('real-root', on)).ok).toBe(false)
  })

  test('the workbench has many ids where root may give them away, and one elsewhere', async () => {
    const all = { '/proc/self/uid_map': every, '/proc/self/gid_map': every, ...status('000001ffffffffff') }
    expect(await look('bench-ids', machine(all, { uid: 0 }))).toMatchObject({
      ok: true,
      found: '65536 user ids',
    })
    const one = { ok: false, found: 'one user id' }
    expect(await look('bench-ids', machine(all))).toMatchObject(one)
    const weak = { ...all, ...status('00000000a80425fb') }
    expect(await look('bench-ids', machine(weak, { uid: 0 }))).toMatchObject(one)
    const few = { ...all, '/proc/self/gid_map': '0 100000 65536\n' }
    expect(await look('bench-ids', machine(few, { uid: 0 }))).toMatchObject(one)
  })

  test('ranges: the programs, the entry, and a free range when there is none', async () => {
    const programs = ['newuidmap', 'newgidmap']
    const passwd = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/bash\n' }
    const given = { ...passwd, '/etc/subuid': 'ada:100000:65536\n', '/etc/subgid': '1000:100000:65536\n' }
    expect(await look('id-ranges', machine(given, { programs }))).toMatchObject({ ok: true })
    expect(await look('id-ranges', machine(given))).toMatchObject({ remedy: ['sudo apt install uidmap'] })

    const taken = { ...passwd, '/etc/subuid': 'bob:100000:65536\n', '/etc/subgid': '' }
    expect(await look('id-ranges', machine(taken, { programs }))).toMatchObject({
      found: 'nothing for ada in /etc/subuid and /etc/subgid',
      remedy: ['sudo usermod --add-subuids 165536-231071 --add-subgids 165536-231071 ada'],
    })
  })
})

describe('cgroups', () => {
  const v1 = '34 31 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n'
  const systemd = '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n'
  const unified = '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n'
  const v2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n'

  test.each([
    ['v1', { '/proc/self/mountinfo': v1 + systemd }, 'v1; v1: memory', true, false],
    [
      'hybrid',
      {
        '/proc/self/mountinfo': v1 + systemd + unified,
        '/sys/fs/cgroup/unified/cgroup.controllers': 'hugetlb\n',
      },
      'hybrid; v1: memory; v2: hugetlb',
      true,
      false,
    ],
    [
      'v2',
      { '/proc/self/mountinfo': v2, '/sys/fs/cgroup/cgroup.controllers': 'cpu io memory pids\n' },
      'v2; v2: cpu io memory pids',
      false,
      true,
    ],
  ])('%s', async (_, files, found, one, two) => {
    expect(await look('cgroups', machine(files))).toEqual({ ok: true, found })
    expect(await look('cgroup-v1', machine(files))).toMatchObject({ ok: one })
    expect(await look('cgroup-v2', machine(files))).toMatchObject({ ok: two })
  })
})

describe('tools', () => {
  test.each([
    ['debian', 'sudo apt install iproute2'],
    ['ubuntu', 'sudo apt install iproute2'],
    ['fedora', 'sudo dnf install iproute'],
    ['rocky', 'sudo dnf install iproute'],
    ['tumbleweed', 'sudo zypper install iproute2'],
    ['alpine', 'sudo apk add iproute2'],
    ['arch', 'sudo pacman -S iproute2'],
    ['nixos', 'install the package that has iproute2'],
  ] as const)('the remedy of %s', async (system, remedy) => {
    const on = machine({ '/etc/os-release': systems[system] })
    expect(await look('iproute2', on)).toMatchObject({ ok: false, found: 'no ip', remedy: [remedy] })
  })

  test('root needs no sudo', async () => {
    expect((await look('nft', machine({}, { uid: 0 }))).remedy).toEqual(['apt install nftables'])
  })

  test('what is missing of several is named', async () => {
    const on = machine({}, { programs: ['unshare', 'mount', 'lsns'] })
    expect(await look('util-linux', on)).toMatchObject({ ok: false, found: 'no nsenter' })
    expect(
      await look('util-linux', machine({}, { programs: ['unshare', 'mount', 'lsns', 'nsenter'] })),
    ).toMatchObject({
      ok: true,
    })
  })

  test('busybox is not enough', async () => {
    const on = machine({ '/etc/os-release': systems.alpine }, { programs: ['busybox'] })
    symlinkSync('busybox', join(on.root, 'usr/bin/ps'))
    expect(await look('procps', on)).toMatchObject({
      found: 'busybox’s ps',
      remedy: ['sudo apk add procps-ng'],
    })
  })

  test('a program is a file that may be run', () => {
    const { root } = machine({ '/usr/bin/notes': 'not executable' }, { programs: ['tool'] })
    mkdirSync(join(root, 'usr/bin/directory'))
    const path = `/nowhere:${join(root, 'usr/bin')}`
    expect(find('tool', path)).toBe(join(root, 'usr/bin/tool'))
    expect(find('notes', path)).toBeUndefined()
    expect(find('directory', path)).toBeUndefined()
  })
})

describe('the table', () => {
  test('names are unique, and those that lessons use are there', () => {
    const names = probes.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(
      expect.arrayContaining([
        'linux',
        'real-root',
        'cgroup-v1',
        'cgroup-v2',
        'user-namespaces',
        'nft',
        'overlay',
      ]),
    )
  })

  test('whatever fails says why and, where something can be done, what', async () => {
    const kinds = ['user', 'pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'pid_for_children']
    const files = Object.fromEntries(kinds.map((kind) => [`/proc/self/ns/${kind}`, '']))
    for (const result of await runProbes(machine(files, { clone: refused(EPERM) }))) {
      if (result.ok) continue
      expect(result.why, result.name).toBeTruthy()
      if (result.name !== 'cgroup-v1') expect(result.remedy?.length, result.name).toBeGreaterThan(0)
    }
  })
})

// The kernel itself, made to refuse: in a namespace of our own its limits can be lowered and its /proc masked, and
// the machine notices nothing.
const inside = process.platform === 'linux' && (await thisMachine().tryClone(['user'])).errno === 0

describe.runIf(inside)('a real kernel that refuses', () => {
  const script = (names: string[]) => `
    import { probe } from ${JSON.stringify(join(import.meta.dirname, '../../src/workbench/probes.ts'))}
    const results = {}
    for (const name of ${JSON.stringify(names)}) results[name] = await probe(name).look()
    console.log(JSON.stringify(results))`

  function within(prepare: string, ...names: string[]): Record<string, Finding> {
    const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', script(names)]
    const printed = execFileSync(
      thisMachine().which('unshare')!,
      ['--user', '--map-root-user', '--mount', 'sh', '-c', `${prepare} && exec "$@"`, 'sh', ...node],
      { encoding: 'utf8' },
    )
    return JSON.parse(printed) as Record<string, Finding>
  }

  test('a limit of zero', () => {
    const found = within('echo 0 > /proc/sys/user/max_user_namespaces', 'user-namespaces', 'proc-mount')
    expect(found['user-namespaces']?.found).toBe(
      'user.max_user_namespaces = 0 (clone(CLONE_NEWUSER): ENOSPC, No space left on device)',
    )
    expect(found['proc-mount']).toMatchObject({
      ok: false,
      why: 'this machine allows no user namespaces at all',
    })
  })

  test('a limit of zero for one kind', () => {
    const found = within('echo 0 > /proc/sys/user/max_net_namespaces', 'namespaces', 'user-namespaces')
    expect(found.namespaces?.found).toBe('user.max_net_namespaces = 0')
    expect(found['user-namespaces']?.ok).toBe(true)
  })

  test('a masked /proc, as docker makes it', () => {
    const found = within('mount --bind /dev/null /proc/interrupts', 'proc-mount', 'user-namespaces')
    expect(found['proc-mount']?.found).toContain('EPERM')
    expect(found['proc-mount']?.why).toContain('/proc/interrupts')
    expect(found['user-namespaces']?.ok).toBe(true)
  })

  test('root of a user namespace is not the real one', () => {
    expect(within('true', 'real-root')['real-root']?.found).toBe('root of a user namespace')
  })
})
