import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { layerChanges } from '../../../src/container/index.ts'
import { cannot, layerGround } from './ground.ts'

const ground = layerGround()
const { dir, sh } = ground

describe.skipIf(cannot)('what changed', () => {
  test('as docker diff says it', async () => {
    const lower = dir('lower', {
      'app/kept': '1',
      'app/changed': '1',
      'app/gone': '1',
      'old/a': '1',
      'old/b': '1',
      file: '1',
    })
    const upper = dir('upper')
    await sh(
      'cd /app && echo 2 > changed && rm gone && mkdir new && echo 1 > new/file && rm -r /old && mkdir /old && echo 3 > /old/b && rm /file && mkdir /file',
      {
        lower: [lower],
        upper,
      },
    )
    expect(layerChanges(upper, [lower, ground.base.root])).toEqual([
      { kind: 'changed', path: '/app' },
      { kind: 'changed', path: '/app/changed' },
      { kind: 'deleted', path: '/app/gone' },
      { kind: 'added', path: '/app/new' },
      { kind: 'added', path: '/app/new/file' },
      { kind: 'changed', path: '/file' },
      { kind: 'changed', path: '/old' },
      { kind: 'deleted', path: '/old/a' },
      { kind: 'changed', path: '/old/b' },
    ])
  })

  test('nothing: a container that only looked', async () => {
    const upper = dir('upper')
    await sh('cat /etc/hosts /etc/passwd; ls -R /usr > /dev/null; echo own >> /etc/hosts', { upper })
    expect(layerChanges(upper, [ground.base.root])).toEqual([])
    expect(readdirSync(ground.here).filter((name) => !name.startsWith('upper.work'))).toEqual(['upper'])
  })
})
