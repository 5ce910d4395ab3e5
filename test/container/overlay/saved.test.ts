import {
  existsSync,
  linkSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  fromArchiveNames,
  idsFor,
  layerChanges,
  saveLayer,
  toArchiveNames,
} from '../../../src/container/index.ts'
import { isOpaque, isWhiteout } from '../../../src/facts/index.ts'
import { whoAmI } from '../../../src/workbench/index.ts'
import { kernelError } from '../../support/launch.ts'
import { cannot, ids, layerGround } from './ground.ts'

const isRoot = process.getuid!() === 0
const ground = layerGround()
const { dir, sh } = ground

describe.skipIf(cannot)('the upper saved as a layer', () => {
  test('is a lower for the next: what was made is there, what was deleted is not', async () => {
    const upper = dir('upper')
    await sh(
      'echo new > /etc/new; rm /etc/group; rm -r /usr/share; mkdir /usr/share; echo secret >> /etc/resolv.conf',
      { upper },
    )
    const layer = join(ground.here, 'layer')
    await saveLayer(upper, layer, { ids: ids() })
    expect(isWhiteout(join(layer, 'etc/group'))).toBe(true)
    expect(isOpaque(join(layer, 'usr/share'))).toBe(true)
    // Its own files of /etc were never in the upper.
    expect(existsSync(join(layer, 'etc/resolv.conf'))).toBe(false)
    const { output } = await sh('cat /etc/new; ls /etc/group 2>&1; ls -A /usr/share; wc -c < /etc/hostname', {
      lower: [layer],
      hostname: 'next',
    })
    expect(output).toBe("new\nls: cannot access '/etc/group': No such file or directory\n5\n")
    expect(await kernelError(() => saveLayer(upper, layer))).toMatchObject({ code: 'EEXIST' })
  })

  test('with its links, holes, modes and owners', async () => {
    const upper = dir('upper', { one: 'same file' })
    linkSync(join(upper, 'one'), join(upper, 'two'))
    symlinkSync('/nowhere', join(upper, 'link'))
    writeFileSync(join(upper, 'sparse'), '')
    truncateSync(join(upper, 'sparse'), 8 << 20)
    const owner = isRoot || idsFor(whoAmI()).uid.length > 1 ? 'chown 5:6 /owned;' : ''
    await sh(`touch /owned; ${owner} chmod 4750 /owned`, { upper })
    const layer = join(ground.here, 'layer')
    await saveLayer(upper, layer, { ids: ids() })
    expect(statSync(join(layer, 'one')).ino).toBe(statSync(join(layer, 'two')).ino)
    expect(readlinkSync(join(layer, 'link'))).toBe('/nowhere')
    expect(statSync(join(layer, 'sparse'))).toMatchObject({ size: 8 << 20, blocks: 0 })
    const { uid, gid, mode } = statSync(join(upper, 'owned'))
    expect(statSync(join(layer, 'owned'))).toMatchObject({ uid, gid, mode })
    expect(mode & 0o7777).toBe(0o4750)
  })

  test('with the names that archives have, and back', async () => {
    const upper = dir('upper')
    await sh('rm /etc/group; rm -r /usr/share; mkdir /usr/share; echo 1 > /usr/share/kept', { upper })
    const layer = join(ground.here, 'layer')
    await saveLayer(upper, layer, { ids: ids(), archive: true })
    expect(readdirSync(join(layer, 'etc'))).toEqual(['.wh.group'])
    expect(readdirSync(join(layer, 'usr/share')).sort()).toEqual(['.wh..wh..opq', 'kept'])
    expect(isOpaque(join(layer, 'usr/share'))).toBe(false)
    fromArchiveNames(layer, { userxattr: !isRoot })
    expect(layerChanges(layer, [ground.base.root])).toEqual(layerChanges(upper, [ground.base.root]))
    toArchiveNames(layer)
    expect(readdirSync(join(layer, 'etc'))).toEqual(['.wh.group'])
  })
})
