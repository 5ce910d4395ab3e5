import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { find } from '../../../src/workbench/probes/machine.ts'
import { look, machine, systems } from './given.ts'

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
