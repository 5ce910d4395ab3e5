import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { capabilityNames } from '../../src/facts/capabilities.ts'
import { parseIdMap } from '../../src/facts/ids.ts'
import { allCapabilities, ids, machine, viewOf } from '../../src/facts/index.ts'
import { folder } from '../support/folder.ts'
import { box, childOf, itself, start } from './box.ts'

describe('capabilities', () => {
  test('there are 41, and each bit is its own name', () => {
    expect(allCapabilities).toHaveLength(41)
    expect(new Set(allCapabilities).size).toBe(41)
    allCapabilities.forEach((name, bit) => {
      expect(capabilityNames((1n << BigInt(bit)).toString(16).padStart(16, '0'))).toEqual([name])
    })
  })

  test('a bit newer than the table keeps its number', () => {
    expect(capabilityNames('0000020000000001')).toEqual(['CAP_CHOWN', 'CAP_41'])
    expect(capabilityNames('8000000000000000')).toEqual(['CAP_63'])
    expect(capabilityNames('0000000000000000')).toEqual([])
  })

  test('the bounding set is what setpriv prints', () => {
    const printed = spawnSync('setpriv', ['--dump']).stdout.toString()
    const names = /^Capability bounding set: (.*)$/m.exec(printed)![1]!.split(',')
    const own = ids(machine, process.pid)!.capabilities.bounding
    expect(own.map((name) => name.replace('CAP_', '').toLowerCase())).toEqual(names)
  })

  test('root of a new user namespace has all that the kernel has', async () => {
    const { holder } = await box()
    const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'))
    const { capabilities } = ids(machine, holder)!
    expect(capabilities.effective).toHaveLength(last + 1)
    expect(capabilities.permitted).toEqual(capabilities.effective)
    expect(capabilities.ambient).toEqual([])
  })

  test('the five sets are told apart', async () => {
    const argv =
      '--inh-caps -all,+chown,+kill --ambient-caps -all,+kill --bounding-set -all,+chown,+kill,+mknod sleep 1000'
    const { pid } = await start(['unshare', '-Ur', 'setpriv', ...argv.split(' ')], itself('sleep'))
    expect(ids(machine, pid)!.capabilities).toEqual({
      inheritable: ['CAP_CHOWN', 'CAP_KILL'],
      ambient: ['CAP_KILL'],
      bounding: ['CAP_CHOWN', 'CAP_KILL', 'CAP_MKNOD'],
      permitted: ['CAP_CHOWN', 'CAP_KILL', 'CAP_MKNOD'],
      effective: ['CAP_CHOWN', 'CAP_KILL', 'CAP_MKNOD'],
    })
  })
})

describe('ids', () => {
  test('those of this process', () => {
    const [uid, gid] = [process.getuid!(), process.getgid!()]
    const own = ids(machine, process.pid)!
    expect(own).toMatchObject({
      uid: { real: uid, effective: uid, saved: uid, fs: uid },
      gid: { real: gid, effective: gid, saved: gid, fs: gid },
      setgroups: 'allow',
      noNewPrivs: /^NoNewPrivs:\t1/m.test(readFileSync('/proc/self/status', 'utf8')),
    })
    // getgroups(2) may add the effective group.
    expect(new Set([...own.groups, gid])).toEqual(new Set([...process.getgroups!(), gid]))
  })

  test('the maps of a user namespace, as its maker sees them', async () => {
    const { holder } = await box()
    const [uid, gid] = [process.getuid!(), process.getgid!()]
    const told = {
      uidMap: [{ inside: 0, outside: uid, count: 1 }],
      gidMap: [{ inside: 0, outside: gid, count: 1 }],
      setgroups: 'deny',
      uid: { real: uid, effective: uid, saved: uid, fs: uid },
    }
    expect(ids(machine, holder)).toMatchObject(told)
    // The ids are the reader's, not the view's.
    expect(ids(viewOf(holder), 1)).toMatchObject(told)
  })

  test('a map that is not written yet, and one of many lines', async () => {
    const { pid } = await start(['unshare', '-Uf', '--kill-child', 'sleep', '1000'], childOf('sleep'))
    expect(ids(machine, pid)).toMatchObject({ uidMap: [], gidMap: [], setgroups: 'allow' })
    expect(parseIdMap('         0       1000          1\n         1     100000      65536\n')).toEqual([
      { inside: 0, outside: 1000, count: 1 },
      { inside: 1, outside: 100000, count: 65536 },
    ])
    expect(parseIdMap('         0          0 4294967295\n')).toEqual([
      { inside: 0, outside: 0, count: 4294967295 },
    ])
  })

  test('no_new_privs', async () => {
    const { pid } = await start(['setpriv', '--no-new-privs', 'sleep', '1000'], itself('sleep'))
    expect(ids(machine, pid)?.noNewPrivs).toBe(true)
  })

  test('seccomp has three modes; an older kernel tells none', () => {
    const proc = folder()
    mkdirSync(join(proc, '7'))
    const told = (line: string) => {
      writeFileSync(join(proc, '7', 'status'), `Name:\tx\n${line}Groups:\t \n`)
      return ids({ proc }, 7)?.seccomp
    }
    expect(['Seccomp:\t0\n', 'Seccomp:\t1\n', 'Seccomp:\t2\n', ''].map(told)).toEqual([
      'disabled',
      'strict',
      'filter',
      'disabled',
    ])
    expect(ids({ proc }, 7)).toMatchObject({ groups: [], setgroups: undefined, uidMap: [] })
  })

  test('undefined for a process that is gone', () => {
    expect(ids(machine, spawnSync('true').pid)).toBeUndefined()
  })
})
