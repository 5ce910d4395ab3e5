import { describe, expect, test } from 'vitest'
import { EACCES, ENOSPC, EPERM, look, machine, mountRefused, refused, systems, tried } from './given.ts'

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
