import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { look, machine } from './given.ts'

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
