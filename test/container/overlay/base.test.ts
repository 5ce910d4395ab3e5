import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { layerChanges } from '../../../src/container/index.ts'
import { path } from '../run.ts'
import { cannot, layerGround } from './ground.ts'

const ground = layerGround()
const { dir, sh } = ground

describe.skipIf(cannot)('a container on the base', () => {
  test('writes everywhere, and nothing of it is in the base', async () => {
    const before = execFileSync('find', [ground.base.root, '-ls'], { encoding: 'utf8' })
    const { output } = await sh(
      'echo new > /usr/new; rm /etc/passwd; ls /usr/new; ls /etc/passwd 2>&1; ls -d /proc/1',
    )
    expect(output).toBe("/usr/new\nls: cannot access '/etc/passwd': No such file or directory\n/proc/1\n")
    expect(execFileSync('find', [ground.base.root, '-ls'], { encoding: 'utf8' })).toBe(before)
    expect((await sh('ls /usr/new 2>&1; grep -c root /etc/passwd')).output).toMatch(/No such file.*\n1\n$/)
  })

  test('a directory that is removed and made again is empty', async () => {
    const { output } = await sh(
      'rm -r /usr/share && mkdir /usr/share && ls -A /usr/share; rm -rf /srv && mkdir /srv && echo done',
    )
    expect(output).toBe('done\n')
  })

  test('knows its own name and address', async () => {
    const { output } = await sh(
      'cat /etc/hostname; grep box /etc/hosts; echo x >> /etc/hosts && echo written',
      { hostname: 'box' },
    )
    expect(output).toBe('box\n127.0.0.1 box\nwritten\n')
    const machines = await sh('cat /etc/hosts', { only: ['mnt', 'pid'], hostname: undefined })
    expect(machines.output).toBe(readFileSync('/etc/hosts', 'utf8'))
  })

  test('read-only: nothing of it can be written', async () => {
    const { output } = await sh(
      'for f in /etc/x /etc/hosts /usr/x; do echo x 2>/dev/null > $f || echo no; done',
      { readOnly: true },
    )
    expect(output).toBe('no\nno\nno\n')
  })

  test('its root owns its directories, also with ids of its own', async () => {
    const { output } = await sh(
      'cd && touch file /etc/file /tmp/file /var/log/file && stat -c "%a %U" /root /tmp',
      {
        only: ['pid', 'mnt', 'user'],
        env: { PATH: path, HOME: '/root' },
      },
    )
    expect(output).toBe('700 root\n1777 root\n')
  })

  test('a user is looked up in the layer where one is seen', async () => {
    const lower = dir('lower', { 'etc/passwd': 'ann:x:0:0::/tmp:/bin/sh\n' })
    expect((await sh('pwd; echo $HOME', { lower: [lower], user: 'ann' })).output).toBe('/\n/tmp\n')
  })

  test('a volume goes into the upper as an empty place only', async () => {
    const data = dir('data', { file: 'of the machine' })
    const upper = dir('upper')
    expect((await sh('cat /new/file', { upper, volumes: [`${data}:/new`] })).output).toBe('of the machine')
    expect(layerChanges(upper, [ground.base.root])).toEqual([{ kind: 'added', path: '/new' }])
  })
})
