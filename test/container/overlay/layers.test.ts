import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compose, resolve, toScript } from '../../../src/container/index.ts'
import { whoAmI } from '../../../src/workbench/index.ts'
import { kernelError } from '../../support/launch.ts'
import { path } from '../run.ts'
import { cannot, layerGround, letGo } from './ground.ts'

const ground = layerGround()
const { dir, sh } = ground

describe.skipIf(cannot)('layers', () => {
  test('the topmost wins, whatever characters are in its name', async () => {
    const names = [
      'comma,here',
      'colon:here',
      'back\\slash',
      'a space',
      "quote'",
      'new\nline',
      ':',
      ',',
      '\\',
    ]
    const lower = names.map((name, index) => dir(name, { [`own-${index}`]: name, shared: `from ${index}` }))
    const upper = dir('up,per:of\\mine')
    const { output } = await sh('cat /shared; ls / | grep -c own-; echo x > /written', { lower, upper })
    expect(output).toBe(`from 0${names.length}\n`)
    expect(readdirSync(upper)).toEqual(['written'])
  })

  test('a script of it finds the same names', () => {
    const lower = [dir('a,b:c\\d', { found: 'it' })]
    const upper = dir('e,f:g\\h')
    const { box, pieces } = resolve(
      { argv: ['cat', '/found'], env: { PATH: path }, base: ground.base, lower, upper, without: ['cgroup'] },
      whoAmI(),
    )
    letGo(box)
    expect(execFileSync('sh', ['-c', toScript(compose(box, pieces))], { encoding: 'utf8' })).toBe('it')
    expect(readdirSync(ground.here).sort()).toEqual(['a,b:c\\d', 'e,f:g\\h'])
  })

  test('more of them than a page of options can name', async () => {
    const many = Array.from({ length: 220 }, (_, index) =>
      dir(`a-layer-with-quite-a-name-${index}`, { [`file-${index}`]: '' }),
    )
    expect(many.join(':').length).toBeGreaterThan(4096)
    expect((await sh('ls / | grep -c file-; touch /usr/x', { lower: many })).output).toBe('220\n')
  })

  test('more than the kernel takes: it says how many', async () => {
    const many = Array.from({ length: 501 }, (_, index) => dir(`${index}`))
    const error = await kernelError(() => sh('true', { lower: many }))
    expect(error.message).toContain('an overlay has at most 500 lower directories, and these are 503')
  })

  test('over a root file system that is then only read', async () => {
    const root = join(ground.here, 'root')
    execFileSync('cp', ['-a', ground.base.root, root])
    const upper = dir('upper')
    await sh('echo x > /etc/x', { root, upper })
    expect(existsSync(join(root, 'etc/x'))).toBe(false)
    expect(readFileSync(join(upper, 'etc/x'), 'utf8')).toBe('x\n')
    expect((await sh('cat /etc/x', { root, upper })).output).toBe('x\n')
  })

  test('two containers on one upper: the second is refused', () => {
    const upper = dir('upper')
    const wish = { argv: ['true'], base: ground.base, upper }
    const { box } = resolve(wish, whoAmI())
    expect(() => resolve(wish, whoAmI())).toThrow('another container writes into this upper now')
    letGo(box)
    letGo(resolve(wish, whoAmI()).box)
  })
})
