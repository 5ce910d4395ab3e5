import { lstatSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Act, KernelError, spawn, verbOf } from '../../../src/kernel/index.ts'
import { failureOf, mapOwnId, ownMounts, planOf, Refused } from '../../support/child.ts'
import { cannotNested } from './ground.ts'

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
