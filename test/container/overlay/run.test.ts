import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { within } from '../../support/child.ts'
import { cooper, program } from '../../support/cooper.ts'
import { cannot, layerGround } from './ground.ts'

const isRoot = process.getuid!() === 0
const ground = layerGround()
const { dir } = ground

describe.skipIf(cannot)('cooper run', () => {
  test('killed with an upper of its own: the next start takes away what it left beside it', async () => {
    const upper = dir('upper')
    const env = { XDG_STATE_HOME: dir('state') }
    let work: string[] = []
    const killed = await cooper(
      [
        'run',
        '--upper',
        upper,
        '--',
        'sh',
        '-c',
        'rm -r /usr/share; mkdir /usr/share; touch /ready; sleep 100',
      ],
      {
        env,
        async started(child) {
          await within(10_000, () => existsSync(join(upper, 'ready')))
          work = readdirSync(ground.here).filter((name) => name.startsWith('upper.work-'))
          child.kill('SIGKILL')
        },
      },
    )
    expect(killed.signal).toBe('SIGKILL')
    expect(work).toHaveLength(1)
    const next = await cooper(['run', '--upper', upper, '--', 'ls', '-A', '/usr/share'], { env })
    expect(next).toMatchObject({ status: 0, stdout: '' })
    expect(readdirSync(ground.here).sort()).toEqual(['state', 'upper'])
  })

  test.skipIf(!isRoot)(
    'in a development container, whose root is an overlay on an overlay: it says so, and runs',
    () => {
      // As if the cache were on such a root.
      const script = `
      cache=/var/cache/cooperage
      mount -t tmpfs t /mnt
      for n in 1 2; do
        mkdir /mnt/up$n /mnt/work$n
        mount -t overlay o -o lowerdir=$cache,upperdir=/mnt/up$n,workdir=/mnt/work$n $cache
      done
      exec ${process.execPath} ${program} run -- sh -c 'touch /tmp/x; touch /usr/x; ls -d /usr' 2>&1`
      const output = execFileSync('unshare', ['--mount', 'sh', '-ec', script], {
        encoding: 'utf8',
        env: { ...process.env, XDG_STATE_HOME: dir('state') },
      })
      expect(output).toMatch(/^cooper: no overlay here: .*the kernel stacks two, and not three/)
      expect(output).toMatch(/touch: cannot touch '\/usr\/x': Read-only file system\n\/usr\n$/)
    },
  )
})
