import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Act, type ArgsOf, type Failure, type Namespace, verbOf, word } from '../../src/kernel/index.ts'
import { failureOf, ownMounts, Refused, run, shell } from '../support/child.ts'
import { folder } from '../support/folder.ts'
import { which } from '../support/which.ts'

const isRoot = process.getuid!() === 0
const mount = (args: ArgsOf<'mount'>): Act => ({ do: 'mount', args })
const tmpfs = (to: string): Act => mount({ from: 'test', to, type: 'tmpfs' })

/** Makes the calls in mounts of its own and then runs a line of shell; resolves to what it printed. */
async function inside(calls: Act[], line: string, more: Namespace[] = []): Promise<string> {
  const clone = [...ownMounts.clone, ...more]
  return (await shell(line, { clone, calls: [...ownMounts.calls, ...calls] })).printed
}

/** What the last of these calls is refused with. */
async function refused(calls: Act[], clone: Namespace[] = ownMounts.clone): Promise<number> {
  const all = clone.includes('mnt') ? [...ownMounts.calls, ...calls] : calls
  const failure = await failureOf({ clone, calls: all })
  expect(failure).toMatchObject({ what: 'call', index: all.length - 1 })
  return failure.what === 'call' ? failure.errno : 0
}

describe('files', () => {
  test('mkdir, write, symlink: with the modes that were asked for', async () => {
    const dir = folder()
    const calls: Act[] = [
      tmpfs(dir),
      { do: 'chdir', args: { to: dir } },
      { do: 'mkdir', args: { at: 'sticky', mode: 0o1777 } },
      { do: 'write', args: { at: 'file', text: 'hello', create: 0o666 } },
      { do: 'write', args: { at: 'file', text: 'HE' } },
      { do: 'symlink', args: { at: 'link', to: 'file' } },
    ]
    const said = await inside(calls, 'stat -c "%n %a %F" sticky file; readlink link; cat file')
    expect(said).toBe('sticky 1777 directory\nfile 666 regular file\nfile\nHEllo')
  })

  test('write does not follow a link: ELOOP; and makes nothing unless asked: ENOENT', async () => {
    const dir = folder()
    const link: Act = { do: 'symlink', args: { at: join(dir, 'link'), to: '/etc/passwd' } }
    expect(await refused([link, { do: 'write', args: { at: join(dir, 'link'), text: 'x' } }])).toBe(40)
    expect(await refused([{ do: 'write', args: { at: join(dir, 'none'), text: 'x' } }])).toBe(2)
  })

  test('mknod of a device in a user namespace: EPERM', async () => {
    const at = join(folder(), 'null')
    expect(await refused([{ do: 'mknod', args: { at, device: [1, 3] } }])).toBe(1)
  })

  test('chroot and chdir: seen at a child that waits after a call that cannot work', async () => {
    const calls: Act[] = [
      { do: 'chroot', args: { to: '/usr' } },
      { do: 'chdir', args: { to: '/share' } },
      { do: 'chdir', args: { to: '/usr/share' } },
    ]
    let seen: string[] = []
    const failed = (failure: Failure) => {
      const { pid } = failure as { pid: number }
      seen = ['root', 'cwd'].map((link) => readlinkSync(`/proc/${pid}/${link}`))
      return new Refused(failure)
    }
    expect(await failureOf({ clone: ['user'], calls }, { failed })).toMatchObject({ index: 2, errno: 2 })
    expect(seen).toEqual(['/usr', '/usr/share'])
  })
})

describe('mounts', () => {
  test('a file system, a bind, a read-only tree, and away with it', async () => {
    const [from, to] = [folder(), folder()]
    mkdirSync(join(from, 'below'))
    writeFileSync(join(from, 'file'), 'mine')
    const calls: Act[] = [
      tmpfs(join(from, 'below')),
      mount({ from, to, flags: ['bind', 'rec'] }),
      { do: 'mountSetattr', args: { at: to, rec: true } },
    ]
    const touch = (path: string) => `touch ${path} 2>/dev/null && echo yes || echo no`
    const line = [
      `cat ${to}/file`,
      'echo',
      touch(`${to}/x`),
      touch(`${to}/below/x`),
      touch(`${from}/below/x`),
    ].join(';')
    expect(await inside(calls, line)).toBe('mine\nno\nno\nyes\n')
    const gone = await inside(
      [...calls, { do: 'umount', args: { at: to, detach: true } }],
      `ls -A ${to} | wc -l`,
    )
    expect(gone.trim()).toBe('0')
  })

  test('only the top of a tree, without `rec`', async () => {
    const dir = folder()
    mkdirSync(join(dir, 'below'))
    const calls: Act[] = [
      mount({ from: dir, to: dir, flags: ['bind'] }),
      { do: 'chdir', args: { to: dir } },
      tmpfs('below'),
      { do: 'mountSetattr', args: { at: '.' } },
    ]
    expect(await inside(calls, 'touch x 2>/dev/null || echo no; touch below/x && echo yes')).toBe('no\nyes\n')
  })

  test('a move', async () => {
    const [from, to] = [folder(), folder()]
    const calls = [tmpfs(from), mount({ from, to, flags: ['move'] })]
    expect(
      await inside(calls, `grep -c " ${from} " /proc/self/mountinfo; grep -c " ${to} " /proc/self/mountinfo`),
    ).toBe('0\n1\n')
  })

  test('a busy one stays: EBUSY; with `detach` it goes', async () => {
    const dir = folder()
    const calls: Act[] = [tmpfs(dir), { do: 'chdir', args: { to: dir } }]
    expect(await refused([...calls, { do: 'umount', args: { at: dir } }])).toBe(16)
    const detached: Act[] = [...calls, { do: 'umount', args: { at: dir, detach: true } }]
    const away: Act[] = [...detached, { do: 'chdir', args: { to: '/' } }]
    expect(await inside(away, `grep -c " ${dir} " /proc/self/mountinfo`)).toBe('0\n')
  })

  test('pivot_root: another root, and nothing of the old one', async () => {
    const dir = folder()
    const calls: Act[] = [
      tmpfs(dir),
      { do: 'chdir', args: { to: dir } },
      ...['usr', 'proc'].flatMap((at): Act[] => [
        { do: 'mkdir', args: { at } },
        mount({ from: `/${at}`, to: at, flags: ['bind', 'rec'] }),
      ]),
      ...['bin', 'lib', 'lib64'].map((at): Act => ({ do: 'symlink', args: { at, to: `usr/${at}` } })),
      { do: 'pivotRoot', args: { newRoot: '.', putOld: '.' } },
      { do: 'umount', args: { at: '.', detach: true } },
      { do: 'chdir', args: { to: '/' } },
    ]
    expect(await inside(calls, 'pwd; ls -x /; cut -d" " -f5 /proc/self/mountinfo | head -1')).toBe(
      '/\nbin  lib  lib64  proc  usr\n/\n',
    )
  })
})

describe('names, links, sessions', () => {
  test('sethostname and setdomainname; 65 bytes: EINVAL', async () => {
    const calls: Act[] = [
      { do: 'sethostname', args: { name: 'böx' } },
      { do: 'setdomainname', args: { name: 'example' } },
    ]
    const { printed } = await shell('uname -n; cat /proc/sys/kernel/domainname', {
      clone: ['user', 'uts'],
      calls,
    })
    expect(printed).toBe('böx\nexample\n')
    for (const verb of ['sethostname', 'setdomainname'] as const)
      expect(await refused([{ do: verb, args: { name: 'x'.repeat(65) } }], ['user', 'uts'])).toBe(22)
    expect(await refused([{ do: 'sethostname', args: { name: 'x' } }], ['user'])).toBe(1)
  })

  test('linkUp: lo of a new network is up; a link that is not there: ENODEV', async () => {
    const up: Act = { do: 'linkUp', args: { name: 'lo' } }
    const flags = 'cat /sys/class/net/lo/flags 2>/dev/null; cat /proc/net/if_inet6 | wc -l'
    const sys = mount({ from: 'sysfs', to: '/sys', type: 'sysfs' })
    expect((await inside([sys], flags, ['net'])).split('\n')[0]).toBe('0x8')
    expect((await inside([sys, up], flags, ['net'])).split('\n')[0]).toBe('0x9')
    expect(await refused([{ do: 'linkUp', args: { name: 'eth9' } }], ['user', 'net'])).toBe(19)
  })

  test('setsid: a session and a group of its own', async () => {
    const { printed } = await shell('cut -d" " -f1,5,6 /proc/$$/stat', {
      calls: [{ do: 'setsid', args: {} }],
    })
    const [pid, group, session] = printed.trim().split(' ')
    expect([group, session]).toEqual([pid, pid])
  })
})

describe('credentials', () => {
  const ids = 'grep -E "^(Uid|Gid|Groups)" /proc/self/status | tr -s "\\t " " "'

  test('an id that is not mapped: EINVAL; setgroups where it is denied: EPERM', async () => {
    expect(await refused([{ do: 'setuid', args: { uid: 1 } }], ['user'])).toBe(22)
    expect(await refused([{ do: 'setgid', args: { gid: 1 } }], ['user'])).toBe(22)
    expect(await refused([{ do: 'setgroups', args: { groups: [] } }], ['user'])).toBe(1)
  })

  test('0 is mapped', async () => {
    const calls: Act[] = [
      { do: 'setgid', args: { gid: 0 } },
      { do: 'setuid', args: { uid: 0 } },
    ]
    const { printed } = await shell(ids, { clone: ['user'], calls })
    expect(printed).toMatch(/^Uid: 0 0 0 0 ?\nGid: 0 0 0 0 ?\nGroups:/)
  })

  test.skipIf(!isRoot)('another user and its groups, on the machine itself (needs root)', async () => {
    const calls: Act[] = [
      { do: 'setgroups', args: { groups: [7, 8] } },
      { do: 'setgid', args: { gid: 65534 } },
      { do: 'setuid', args: { uid: 65534 } },
    ]
    const { printed } = await shell(ids, { calls })
    const four = ' 65534 65534 65534 65534'
    expect(printed.trim().split(/ ?\n/)).toEqual([`Uid:${four}`, `Gid:${four}`, 'Groups: 7 8'])
    const clear: Act[] = [{ do: 'setgroups', args: { groups: [] } }]
    expect((await shell(ids, { calls: clear })).printed.trim().split(/ ?\n/).at(-1)).toBe('Groups:')
  })

  test('prctl: no new privileges', async () => {
    const calls: Act[] = [{ do: 'prctl', args: { option: 'PR_SET_NO_NEW_PRIVS' } }]
    expect((await shell('grep NoNewPrivs /proc/self/status', { calls })).printed).toBe('NoNewPrivs:\t1\n')
  })

  test('capset: what is given away is gone, and cannot be taken', async () => {
    const netAdmin = 2 ** 12
    const drop: Act = { do: 'prctl', args: { option: 'PR_CAPBSET_DROP', value: 21 } }
    const set = (bits: number): Act => ({
      do: 'capset',
      args: { effective: bits, permitted: bits, inheritable: bits },
    })
    const caps = 'grep -E "^Cap(Inh|Bnd)" /proc/self/status'
    const { printed } = await shell(caps, { clone: ['user'], calls: [drop, set(netAdmin)] })
    expect(printed).toMatch(/CapInh:\t0000000000001000\n/)
    const bounding = BigInt(`0x${/CapBnd:\t(\w+)/.exec(printed)![1]}`)
    expect(bounding & (1n << 21n)).toBe(0n)
    expect(await refused([set(0), set(netAdmin)], ['user'])).toBe(1)
  })

  test.for<[tool: string, act: Act]>([
    ['capsh', { do: 'capset', args: { effective: 1, permitted: 3, inheritable: 2 ** 39 } }],
    ['capsh', { do: 'capset', args: { effective: 0, permitted: 0, inheritable: 0 } }],
    ['setpriv', { do: 'prctl', args: { option: 'PR_CAPBSET_DROP', value: 21 } }],
    ['setpriv', { do: 'prctl', args: { option: 'PR_SET_NO_NEW_PRIVS' } }],
  ])('what one types with %s leaves what the call leaves: %j', async ([tool, act], { skip }) => {
    if (!which(tool)) return skip(`${tool} is not here`)
    const look = ['grep', '-E', '^(Cap|NoNewPrivs)', '/proc/self/status']
    const rest = tool === 'capsh' ? ['--', '-c', '\'exec "$@"\'', '-'] : []
    const typed = [verbOf(act).shell(act.args), ...rest, ...look.map(word)].join(' ')
    expect((await shell(typed, { clone: ['user'] })).printed).toBe(
      (await run({ argv: look, clone: ['user'], calls: [act] })).printed,
    )
  })

  test('capset reaches capabilities above the 32nd', async () => {
    const high = 2 ** 32 + 2 ** 35
    const calls: Act[] = [{ do: 'capset', args: { effective: high, permitted: high, inheritable: high } }]
    const { printed } = await shell('grep CapInh /proc/self/status', { clone: ['user'], calls })
    expect(printed).toBe('CapInh:\t0000000900000000\n')
  })
})

test('unshare: namespaces of a process that is there', async () => {
  const calls: Act[] = [
    { do: 'unshare', args: { namespaces: ['uts', 'mnt'] } },
    { do: 'sethostname', args: { name: 'unshared' } },
  ]
  expect((await shell('uname -n', { clone: ['user'], calls })).printed).toBe('unshared\n')
  if (!isRoot) expect(await refused(calls.slice(0, 1), [])).toBe(1)
})

test('a proc without a PID namespace, a sysfs without a network of one’s own: EPERM', async () => {
  expect(await refused([mount({ from: 'proc', to: '/proc', type: 'proc' })])).toBe(1)
  expect(await refused([mount({ from: 'sysfs', to: '/sys', type: 'sysfs' })])).toBe(1)
})
