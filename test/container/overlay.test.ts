import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Box,
  compose,
  fromArchiveNames,
  idsFor,
  layerChanges,
  resolve,
  saveLayer,
  toArchiveNames,
  toScript,
  whyNoLayers,
} from '../../src/container/index.ts'
import { isOpaque, isWhiteout } from '../../src/facts/index.ts'
import { type Act, KernelError, spawn, verbOf } from '../../src/kernel/index.ts'
import { baseRoot } from '../../src/workbench/base/base.ts'
import { own } from '../../src/workbench/base/contents.ts'
import { whoAmI } from '../../src/workbench/index.ts'
import { failureOf, mapOwnId, ownMounts, planOf, Refused, within } from '../support/child.ts'
import { cooper, program } from '../support/cooper.ts'
import { kernelError } from '../support/launch.ts'
import { path, sh as shell } from './run.ts'

const isRoot = process.getuid!() === 0
/** In the user namespace of a container that is not root's. */
const cannot = whyNoLayers(!isRoot)
const cannotNested = whyNoLayers(true)

let base: { root: string; own: typeof own }
let scratch: string
let here: string

beforeAll(async () => {
  base = { root: await baseRoot(), own }
  scratch = mkdtempSync(join(tmpdir(), 'cooper-overlay-'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
beforeEach(({ task }) => {
  here = join(scratch, task.id)
  mkdirSync(here, { recursive: true, mode: 0o755 })
})
afterEach(async () => {
  // What root of a container left belongs to its ids: as an undo does it, when it comes from another process.
  const ids = isRoot ? undefined : idsFor(whoAmI())
  const all: Act = { do: 'removeTree', args: { at: here, ids } }
  await verbOf(all).run!(all.args, { child: 0 })
})

const sh = (command: string, wish: Parameters<typeof shell>[1] = {}) => shell(command, { base, ...wish })

/** A box that is not launched holds its upper until we do this. */
function letGo({ held = [] }: Box): void {
  for (const fd of held.splice(0)) closeSync(fd)
}

function dir(name: string, files: Record<string, string> = {}): string {
  const at = join(here, name)
  mkdirSync(at, { mode: 0o755 })
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(at, file, '..'), { recursive: true })
    writeFileSync(join(at, file), text)
  }
  return at
}

describe.skipIf(cannot)('a container on the base', () => {
  test('writes everywhere, and nothing of it is in the base', async () => {
    const before = execFileSync('find', [base.root, '-ls'], { encoding: 'utf8' })
    const { output } = await sh(
      'echo new > /usr/new; rm /etc/passwd; ls /usr/new; ls /etc/passwd 2>&1; ls -d /proc/1',
    )
    expect(output).toBe("/usr/new\nls: cannot access '/etc/passwd': No such file or directory\n/proc/1\n")
    expect(execFileSync('find', [base.root, '-ls'], { encoding: 'utf8' })).toBe(before)
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
    expect(layerChanges(upper, [base.root])).toEqual([{ kind: 'added', path: '/new' }])
  })
})

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
      { argv: ['cat', '/found'], env: { PATH: path }, base, lower, upper, without: ['cgroup'] },
      whoAmI(),
    )
    letGo(box)
    expect(execFileSync('sh', ['-c', toScript(compose(box, pieces))], { encoding: 'utf8' })).toBe('it')
    expect(readdirSync(here).sort()).toEqual(['a,b:c\\d', 'e,f:g\\h'])
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
    const root = join(here, 'root')
    execFileSync('cp', ['-a', base.root, root])
    const upper = dir('upper')
    await sh('echo x > /etc/x', { root, upper })
    expect(existsSync(join(root, 'etc/x'))).toBe(false)
    expect(readFileSync(join(upper, 'etc/x'), 'utf8')).toBe('x\n')
    expect((await sh('cat /etc/x', { root, upper })).output).toBe('x\n')
  })

  test('two containers on one upper: the second is refused', () => {
    const upper = dir('upper')
    const wish = { argv: ['true'], base, upper }
    const { box } = resolve(wish, whoAmI())
    expect(() => resolve(wish, whoAmI())).toThrow('another container writes into this upper now')
    letGo(box)
    letGo(resolve(wish, whoAmI()).box)
  })
})

describe('what cannot be a layer', () => {
  const refusal = (wish: Parameters<typeof sh>[1]) => kernelError(() => sh('true', wish))

  test('a lower or an upper that is missing, or no directory', async () => {
    const file = join(dir('dir', { file: '' }), 'file')
    expect((await refusal({ lower: [join(here, 'none')] })).message).toContain(`${here}/none is not there`)
    expect((await refusal({ lower: [file] })).code).toBe('ENOTDIR')
    expect((await refusal({ upper: join(here, 'none') })).message).toContain('mkdir -p')
    expect((await refusal({ root: '/', upper: dir('upper') })).message).toContain(
      'whole root cannot be a layer',
    )
  })

  test.skipIf(cannot)('one that lies in another', async () => {
    const outer = dir('outer', { 'inner/file': '' })
    const error = await refusal({ lower: [join(outer, 'inner')], upper: outer })
    expect(error.message).toContain(`${outer}/inner is inside ${outer}: layers may not overlap`)
    expect(readdirSync(here)).toEqual(['outer'])
  })

  test('without the piece mnt', async () => {
    expect((await refusal({ only: ['pid'], upper: dir('upper') })).message).toContain('add mnt to --only')
  })

  test.skipIf(cannotNested)('without overlays: the base as before, and it is said', async () => {
    const wish = { base: { ...base, flat: 'a reason' } }
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

describe.skipIf(cannotNested)('the kernel refuses, and the cause is found', () => {
  const mount = (args: Extract<Act, { do: 'overlayMount' }>['args']): Act => ({ do: 'overlayMount', args })

  /** The cause as the refused child shows it, in mounts of its own with a tmpfs at /mnt. */
  async function cause(made: ReturnType<typeof mount>, before: Act[] = []): Promise<string | undefined> {
    const dirs = ['/mnt/low', '/mnt/up', '/mnt/up/in', '/mnt/work', '/mnt/other', '/mnt/merged', '/mnt/file']
    const calls: Act[] = [
      ...ownMounts.calls,
      { do: 'mount', args: { from: 'test', to: '/mnt', type: 'tmpfs' } },
      ...dirs.map((at): Act => ({ do: 'mkdir', args: { at } })),
      { do: 'mount', args: { from: 'test', to: '/mnt/other', type: 'tmpfs' } },
      ...before,
      made,
    ]
    const sight = (pid: number) => ({
      proc: (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8'),
      kind: (at: string) => kindOf(`/proc/${pid}/root${at}`),
      inRoot: () => undefined,
    })
    let found: string | undefined
    await failureOf(
      { clone: ownMounts.clone, calls },
      {
        failed: (failure) => {
          if (failure.what !== 'call') throw new Error(JSON.stringify(failure))
          expect(failure.index).toBe(calls.length - 1)
          const { code } = new KernelError({ piece: '', call: '', errno: failure.errno })
          found = verbOf(made).causes?.[code]?.(made.args, sight(failure.pid))?.because
          return new Error('refused')
        },
      },
    ).catch(() => {})
    return found
  }

  const kindOf = (at: string) => {
    const about = lstatSync(at, { throwIfNoEntry: false })
    return about && (about.isDirectory() ? 'directory' : 'file')
  }

  const good = {
    to: '/mnt/merged',
    lower: ['/mnt/low'],
    upper: '/mnt/up',
    work: '/mnt/work',
    userxattr: true,
  }
  const file: Act = { do: 'write', args: { at: '/mnt/plain', text: '', create: 0o644 } }

  test.each<[string, Partial<typeof good>, string]>([
    ['no work directory', { work: undefined }, 'an upper needs a work directory too'],
    ['the work directory in the upper', { work: '/mnt/up/in' }, '/mnt/up/in is inside /mnt/up'],
    [
      'the upper in the work directory',
      { upper: '/mnt/up/in', work: '/mnt/up' },
      '/mnt/up/in is inside /mnt/up',
    ],
    [
      'the work directory on another mount',
      { work: '/mnt/other' },
      'lies on another mount (/mnt/other) than the upper (/mnt)',
    ],
    ['one layer alone', { upper: undefined, work: undefined }, 'two lower directories or more'],
    ['a lower that is missing', { lower: ['/mnt/low', '/mnt/none'] }, '/mnt/none is not there'],
    ['a lower that is a file', { lower: ['/mnt/plain'] }, '/mnt/plain is not a directory'],
    ['a lower in the upper', { lower: ['/mnt/up/in'] }, '/mnt/up/in is inside /mnt/up'],
    ['mounts below a lower', { lower: ['/'] }, 'there are mounts below /'],
  ])('%s', async (_, change, because) => {
    expect(await cause(mount({ ...good, ...change } as typeof good), [file])).toContain(because)
  })

  test('layers that the kernel does not take one by one: once more, from where their names are shorter', async () => {
    const long = 'a-layer-with-quite-a-name'.repeat(8)
    const lower = Array.from({ length: 21 }, (_, index) => `/mnt/${long}/${index}`)
    const layers = mount({ to: '/mnt/merged', lower, userxattr: true })
    const before: Act[] = [
      ...ownMounts.calls,
      { do: 'mount', args: { from: 'test', to: '/mnt', type: 'tmpfs' } },
      ...['/mnt/merged', `/mnt/${long}`, ...lower].map((at): Act => ({ do: 'mkdir', args: { at } })),
      { do: 'write', args: { at: `${lower[20]}/file`, text: 'found', create: 0o644 } },
    ]
    const plan = planOf({
      clone: ownMounts.clone,
      calls: [...before, layers],
      argv: ['grep', '-q', 'found', '/mnt/merged/file'],
    })
    // As a kernel would say that does not know the option: an upper alone is EINVAL as well.
    const call = plan.calls.at(-1)!
    expect(call.slice(0, 3)).toEqual(['overlayMount', '/mnt/merged', `/mnt/${long}`])
    call[5] = '/mnt/merged'
    const { exit } = await spawn(plan, { born: mapOwnId, failed: (failure) => new Refused(failure) })
    expect((await exit).code).toBe(0)
  })

  test('an upper on an overlay', async () => {
    const first = mount(good)
    const dirs = ['/mnt/merged/up', '/mnt/merged/work'].map((at): Act => ({ do: 'mkdir', args: { at } }))
    const second = mount({ ...good, upper: '/mnt/merged/up', work: '/mnt/merged/work', to: '/mnt/file' })
    expect(await cause(second, [first, ...dirs])).toContain(
      '/mnt/merged/up is on overlay, which cannot hold an upper',
    )
  })

  test('three overlays, one on the other', async () => {
    const on = (below: string, to: string): Act[] => [
      { do: 'mkdir', args: { at: to } },
      mount({ to, lower: [below, '/mnt/low'], userxattr: true }),
    ]
    const calls = [
      ...on('/mnt/up', '/mnt/one'),
      ...on('/mnt/one', '/mnt/two'),
      ...on('/mnt/two', '/mnt/three'),
    ]
    const last = calls.pop() as ReturnType<typeof mount>
    expect(await cause(last, calls)).toContain('/mnt/two is on an overlay')
  })
})

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
    expect(layerChanges(upper, [lower, base.root])).toEqual([
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
    expect(layerChanges(upper, [base.root])).toEqual([])
    expect(readdirSync(here).filter((name) => !name.startsWith('upper.work'))).toEqual(['upper'])
  })
})

describe.skipIf(cannot)('the upper saved as a layer', () => {
  const ids = () => (isRoot ? undefined : idsFor(whoAmI()))

  test('is a lower for the next: what was made is there, what was deleted is not', async () => {
    const upper = dir('upper')
    await sh(
      'echo new > /etc/new; rm /etc/group; rm -r /usr/share; mkdir /usr/share; echo secret >> /etc/resolv.conf',
      { upper },
    )
    const layer = join(here, 'layer')
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
    const layer = join(here, 'layer')
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
    const layer = join(here, 'layer')
    await saveLayer(upper, layer, { ids: ids(), archive: true })
    expect(readdirSync(join(layer, 'etc'))).toEqual(['.wh.group'])
    expect(readdirSync(join(layer, 'usr/share')).sort()).toEqual(['.wh..wh..opq', 'kept'])
    expect(isOpaque(join(layer, 'usr/share'))).toBe(false)
    fromArchiveNames(layer, { userxattr: !isRoot })
    expect(layerChanges(layer, [base.root])).toEqual(layerChanges(upper, [base.root]))
    toArchiveNames(layer)
    expect(readdirSync(join(layer, 'etc'))).toEqual(['.wh.group'])
  })
})

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
          work = readdirSync(here).filter((name) => name.startsWith('upper.work-'))
          child.kill('SIGKILL')
        },
      },
    )
    expect(killed.signal).toBe('SIGKILL')
    expect(work).toHaveLength(1)
    const next = await cooper(['run', '--upper', upper, '--', 'ls', '-A', '/usr/share'], { env })
    expect(next).toMatchObject({ status: 0, stdout: '' })
    expect(readdirSync(here).sort()).toEqual(['state', 'upper'])
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
      const output = execFileSync('unshare', ['--mount', 'sh', '-ec', script], { encoding: 'utf8' })
      expect(output).toMatch(/^cooper: no overlay here: .*the kernel stacks two, and not three/)
      expect(output).toMatch(/touch: cannot touch '\/usr\/x': Read-only file system\n\/usr\n$/)
    },
  )
})
