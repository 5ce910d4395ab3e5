import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolve, whyNoLayers } from '../../../src/container/index.ts'
import { whoAmI } from '../../../src/workbench/index.ts'
import { kernelError } from '../../support/launch.ts'
import { cannot, cannotNested, layerGround } from './ground.ts'

const ground = layerGround()
const { dir, sh } = ground

describe('what cannot be a layer', () => {
  const refusal = (wish: Parameters<typeof sh>[1]) => kernelError(() => sh('true', wish))

  test('a lower or an upper that is missing, or no directory', async () => {
    const file = join(dir('dir', { file: '' }), 'file')
    expect((await refusal({ lower: [join(ground.here, 'none')] })).message).toContain(
      `${ground.here}/none is not there`,
    )
    expect((await refusal({ lower: [file] })).code).toBe('ENOTDIR')
    expect((await refusal({ upper: join(ground.here, 'none') })).message).toContain('mkdir -p')
    expect((await refusal({ root: '/', upper: dir('upper') })).message).toContain(
      'whole root cannot be a layer',
    )
  })

  test.skipIf(cannot)('one that lies in another', async () => {
    const outer = dir('outer', { 'inner/file': '' })
    const error = await refusal({ lower: [join(outer, 'inner')], upper: outer })
    expect(error.message).toContain(`${outer}/inner is inside ${outer}: layers may not overlap`)
    expect(readdirSync(ground.here)).toEqual(['outer'])
  })

  test('without the piece mnt', async () => {
    expect((await refusal({ only: ['pid'], upper: dir('upper') })).message).toContain('add mnt to --only')
  })

  test.skipIf(cannotNested)('without overlays: the base as before, and it is said', async () => {
    const wish = { base: { ...ground.base, flat: 'a reason' } }
    const { box, notes } = resolve({ argv: ['true'], ...wish }, whoAmI())
    expect(box.layers).toBeUndefined()
    expect(box.parts?.shared.map(({ name }) => name)).toContain('usr')
    expect(notes.join()).toContain('no overlay here: a reason')
    expect((await sh('touch /tmp/x && ! touch /usr/x 2>/dev/null && echo as before', wish)).output).toBe(
      'as before\n',
    )
    expect(() => resolve({ argv: ['true'], ...wish, lower: [dir('lower')] }, whoAmI())).toThrow('a reason')
  })

  test('old kernels, by what they lack', () => {
    const kernel = (release: string) => ({ release, overlay: true })
    expect(whyNoLayers(false, kernel('5.4.0-1-amd64'))).toBeUndefined()
    expect(whyNoLayers(true, kernel('5.10.0'))).toContain('5.11')
    expect(whyNoLayers(true, kernel('6.1.0-18-amd64'))).toContain('6.6')
    expect(whyNoLayers(true, kernel('6.6.0'))).toBeUndefined()
    expect(whyNoLayers(false, { release: '6.6.0', overlay: false })).toContain('no overlay')
  })
})
