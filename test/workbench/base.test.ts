import { execFile } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { baseRoot } from '../../src/workbench/base/base.ts'
import { sh } from '../container/run.ts'

// Made anew in a cache of its own where that is possible: root's cache has one place for all.
let scratch: string
let base: string
let took: number

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'cooper-base-'))
  vi.stubEnv('XDG_CACHE_HOME', scratch)
  const began = performance.now()
  base = await baseRoot()
  took = performance.now() - began
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(scratch, { recursive: true, force: true })
})

function size(dir: string): number {
  return readdirSync(dir, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(dir, entry.name)
    return sum + (entry.isDirectory() ? size(path) : entry.isFile() ? statSync(path).size : 0)
  }, 0)
}

describe('the base root file system', () => {
  test('is made in under two seconds, and found again at once', async () => {
    expect(took).toBeLessThan(2000)
    const began = performance.now()
    expect(await baseRoot()).toBe(base)
    expect(performance.now() - began).toBeLessThan(100)
  })

  test('is about 25 MB', () => {
    const megabytes = size(base) / 1e6
    expect(megabytes).toBeGreaterThan(5)
    expect(megabytes).toBeLessThan(45)
  })

  test('holds no program that lacks a library', async () => {
    const command =
      'for p in /usr/bin/* /usr/sbin/*; do /lib*/ld-linux*.so.* --list $p 2>&1 | grep "not found" | sed "s|^|$p: |"; done; true'
    const { output, code } = await sh(command, { root: base, readOnly: true })
    expect(code).toBe(0)
    expect(output).toBe('')
  })

  test('has a shell and the tools of the lessons', async () => {
    const tools =
      'sh bash ls cat ps pgrep mount umount unshare nsenter lsns pivot_root setpriv ip hostname ipcmk ipcs less'
    const { output } = await sh(
      `for tool in ${tools}; do command -v $tool > /dev/null || echo "no $tool"; done`,
      { root: base },
    )
    expect(output).toBe('')
  })

  test('knows its users, and is not this machine’s', async () => {
    const { output } = await sh('id -un; cat /etc/os-release', { root: base })
    expect(output).toMatch(/^root\n/)
    expect(output).toContain('Cooperage base')
    expect(readFileSync(join(base, 'etc/passwd'), 'utf8')).not.toContain('learner')
  })

  test('leads nowhere outside: all its links stay inside', () => {
    const walk = (dir: string): string[] =>
      readdirSync(join(base, dir)).flatMap((name) => {
        const path = join(dir, name)
        const about = lstatSync(join(base, path))
        return about.isDirectory() ? walk(path) : about.isSymbolicLink() ? [path] : []
      })
    const links = walk('.')
    expect(links.every((path) => existsSync(join(base, path)))).toBe(true)
  })

  test('made by several at once, is made whole', async () => {
    const cache = join(scratch, 'race')
    const script = `import { baseRoot } from ${JSON.stringify(join(process.cwd(), 'src/workbench/base/base.ts'))}; console.log(await baseRoot())`
    const node = () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        env: {
          ...process.env,
          TSX_DISABLE_CACHE: '1',
          XDG_CACHE_HOME: cache,
          XDG_STATE_HOME: join(scratch, 'state'),
        },
      })
    const made = await Promise.all([node(), node(), node()])
    const [first, ...rest] = made.map(({ stdout }) => stdout.trim())
    expect(rest).toEqual([first, first])
    expect(readdirSync(join(first!, '..')).filter((name) => /\.\d+$/.test(name))).toEqual([])
  })
})
