import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Act, projectFile, type VerbName, verbOf, verbs, word } from '../../src/kernel/index.ts'
import { folder } from '../support/child.ts'

/** Every call once or more: what it is, as one writes it in C, as one types it, and as the addon takes it. */
const table: [act: Act, said: string, typed: string, encoded: unknown[] | undefined][] = [
  [
    { do: 'mount', args: { to: '/', flags: ['rec', 'private'] } },
    'mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)',
    'mount --make-rprivate /',
    ['mount', null, '/', null, 0x44000, null],
  ],
  [
    { do: 'mount', args: { to: '/a', flags: ['slave'] } },
    'mount(NULL, "/a", NULL, MS_SLAVE, NULL)',
    'mount --make-slave /a',
    ['mount', null, '/a', null, 0x80000, null],
  ],
  [
    { do: 'mount', args: { from: '/a b', to: '/b', flags: ['bind'] } },
    'mount("/a b", "/b", NULL, MS_BIND, NULL)',
    "mount --bind '/a b' /b",
    ['mount', '/a b', '/b', null, 0x1000, null],
  ],
  [
    { do: 'mount', args: { from: '/a', to: '/b', flags: ['bind', 'rec'] } },
    'mount("/a", "/b", NULL, MS_BIND | MS_REC, NULL)',
    'mount --rbind /a /b',
    ['mount', '/a', '/b', null, 0x5000, null],
  ],
  [
    { do: 'mount', args: { from: '/a', to: '/b', flags: ['move'] } },
    'mount("/a", "/b", NULL, MS_MOVE, NULL)',
    'mount --move /a /b',
    ['mount', '/a', '/b', null, 0x2000, null],
  ],
  [
    { do: 'mount', args: { from: 'proc', to: 'proc', type: 'proc', flags: ['nosuid', 'nodev', 'noexec'] } },
    'mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)',
    'mount -t proc -o nosuid,nodev,noexec proc proc',
    ['mount', 'proc', 'proc', 'proc', 14, null],
  ],
  [
    {
      do: 'mount',
      args: { from: 'dev', to: 'dev', type: 'tmpfs', flags: ['ro'], data: 'mode=755,size=64k' },
    },
    'mount("dev", "dev", "tmpfs", MS_RDONLY, "mode=755,size=64k")',
    'mount -t tmpfs -o ro,mode=755,size=64k dev dev',
    ['mount', 'dev', 'dev', 'tmpfs', 1, 'mode=755,size=64k'],
  ],
  [
    { do: 'mountSetattr', args: { at: '/sys', rec: true } },
    'mount_setattr(AT_FDCWD, "/sys", AT_RECURSIVE, {MOUNT_ATTR_RDONLY})',
    'mount -o remount,bind,ro /sys',
    ['mountSetattr', '/sys', 1, 1],
  ],
  [
    { do: 'umount', args: { at: '.', detach: true } },
    'umount2(".", MNT_DETACH)',
    'umount -l .',
    ['umount', '.', 2],
  ],
  [{ do: 'umount', args: { at: '/a' } }, 'umount2("/a", 0)', 'umount /a', ['umount', '/a', 0]],
  [
    { do: 'pivotRoot', args: { newRoot: '.', putOld: '.' } },
    'pivot_root(".", ".")',
    'pivot_root . .',
    ['pivotRoot', '.', '.'],
  ],
  [{ do: 'chroot', args: { to: '/a' } }, 'chroot("/a")', 'chroot /a', ['chroot', '/a']],
  [{ do: 'chdir', args: { to: '/a' } }, 'chdir("/a")', 'cd /a', ['chdir', '/a']],
  [{ do: 'chdir', args: { to: { fd: 5, path: '/a' } } }, 'fchdir(5 = /a)', 'cd /a', ['fchdir', 5]],
  [{ do: 'mkdir', args: { at: 'a' } }, 'mkdir("a", 0755)', 'mkdir -m 755 a', ['mkdir', 'a', 0o755]],
  [
    { do: 'mkdir', args: { at: 'a', mode: 0o1777 } },
    'mkdir("a", 01777)',
    'mkdir -m 1777 a',
    ['mkdir', 'a', 0o1777],
  ],
  [
    { do: 'mknod', args: { at: 'null', device: [1, 3] } },
    'mknod("null", S_IFCHR | 0666, makedev(1, 3))',
    'mknod -m 666 null c 1 3',
    ['mknod', 'null', 0o020666, 1, 3],
  ],
  [
    { do: 'symlink', args: { at: 'a', to: '/b' } },
    'symlink("/b", "a")',
    'ln -s /b a',
    ['symlink', '/b', 'a'],
  ],
  [
    { do: 'write', args: { at: '/a', text: '1' } },
    'write(open("/a"), "1")',
    'printf %s 1 > /a',
    ['write', '/a', '1', 0, 0],
  ],
  [
    { do: 'write', args: { at: '/a', text: '', create: 0o644 } },
    'write(open("/a"), "")',
    ': > /a',
    ['write', '/a', '', 0o1100, 0o644],
  ],
  [
    { do: 'writeOfChild', args: { file: 'uid_map', text: '0 0 1\n' } },
    'write(open("/proc/CHILD/uid_map"), "0 0 1\\n")',
    "printf %s '0 0 1\n' > /proc/$CHILD/uid_map",
    ['writeOfChild', 'uid_map', '0 0 1\n'],
  ],
  [{ do: 'unlink', args: { at: "it's" } }, 'unlink("it\'s")', "rm -f 'it'\\''s'", undefined],
  [{ do: 'removeTree', args: { at: '/a b' } }, 'removing "/a b"', "rm -rf '/a b'", undefined],
  [
    { do: 'sethostname', args: { name: 'bøx' } },
    'sethostname("bøx", 4)',
    "hostname 'bøx'",
    ['sethostname', 'bøx'],
  ],
  [
    { do: 'setdomainname', args: { name: 'x' } },
    'setdomainname("x", 1)',
    'domainname x',
    ['setdomainname', 'x'],
  ],
  [{ do: 'setsid', args: {} }, 'setsid()', 'setsid', ['setsid']],
  [
    { do: 'prctl', args: { option: 'PR_SET_NO_NEW_PRIVS' } },
    'prctl(PR_SET_NO_NEW_PRIVS, 1)',
    'setpriv --no-new-privs',
    ['prctl', 38, 1, 0, 0, 0],
  ],
  [{ do: 'setgroups', args: { groups: [] } }, 'setgroups(0, [])', 'setpriv --clear-groups', ['setgroups']],
  [
    { do: 'setgroups', args: { groups: [1, 2] } },
    'setgroups(2, [1, 2])',
    'setpriv --groups 1,2',
    ['setgroups', 1, 2],
  ],
  [{ do: 'setgid', args: { gid: 7 } }, 'setresgid(7, 7, 7)', 'setpriv --regid 7', ['setgid', 7]],
  [{ do: 'setuid', args: { uid: 7 } }, 'setresuid(7, 7, 7)', 'setpriv --reuid 7', ['setuid', 7]],
  [
    { do: 'capset', args: { effective: 0x1, permitted: 0x3, inheritable: 0 } },
    'capset({effective 0x1, permitted 0x3, inheritable 0x0})',
    'setpriv --inh-caps -all # and keep 0x3',
    ['capset', 1, 3, 0],
  ],
  [
    { do: 'unshare', args: { namespaces: ['user', 'mnt'] } },
    'unshare(CLONE_NEWUSER | CLONE_NEWNS)',
    'unshare --user --mount',
    ['unshare', 0x10020000],
  ],
  [
    { do: 'setns', args: { fd: 9, pid: 42, namespaces: ['mnt', 'net'] } },
    'setns(pidfd of 42, CLONE_NEWNS | CLONE_NEWNET)',
    'nsenter --target 42 --mount --net',
    ['setns', 9, 0x40020000],
  ],
  [
    { do: 'clone', args: { namespaces: ['pid', 'cgroup'], beside: 2 } },
    'clone(CLONE_NEWPID | CLONE_NEWCGROUP)',
    'unshare --pid --cgroup --fork',
    ['clone', 0x22000000, 2],
  ],
  [
    { do: 'linkUp', args: { name: 'lo' } },
    'ioctl(SIOCSIFFLAGS, {"lo", IFF_UP})',
    'ip link set lo up',
    ['linkUp', 'lo'],
  ],
  [
    { do: 'openTerminal', args: { ptmx: '/dev/ptmx', rows: 24, columns: 80 } },
    'ioctl(open("/dev/ptmx"), TIOCGPTPEER); ioctl(0, TIOCSCTTY)',
    'script -qc "$SHELL" /dev/null',
    ['openTerminal', '/dev/ptmx', 24, 80],
  ],
  [
    { do: 'openRoot', args: { at: '/srv/a b' } },
    'open("/srv/a b", O_PATH | O_DIRECTORY)',
    "ROOT='/srv/a b'",
    ['openRoot', '/srv/a b'],
  ],
  [
    { do: 'makePath', args: { at: 'a/b', directory: true } },
    'mkdirat(root, "a/b")',
    'mkdir -p "$ROOT"/a/b',
    ['makePath', 'a/b', 1],
  ],
  [
    { do: 'makePath', args: { at: 'a/b', directory: false } },
    'openat(root, "a/b", O_CREAT)',
    'mkdir -p "$(dirname "$ROOT"/a/b)" && touch "$ROOT"/a/b',
    ['makePath', 'a/b', 0],
  ],
  [
    { do: 'mkdir', args: { at: { entry: 'dev/pts' } } },
    'mkdir(root:"dev/pts", 0755)',
    'mkdir -m 755 "$ROOT"/dev/pts',
    ['mkdir', { entry: 'dev/pts' }, 0o755],
  ],
  [{ do: 'chdir', args: { to: { exact: '.' } } }, 'chdir(root:".")', 'cd "$ROOT"', ['chdir', { exact: '.' }]],
  [
    { do: 'newIdMap', args: { kind: 'uid', ranges: [{ inside: 0, outside: 1000, count: 1 }] } },
    'newuidmap CHILD 0 1000 1',
    'newuidmap $CHILD 0 1000 1',
    undefined,
  ],
  [{ do: 'takeTerminal', args: {} }, 'ioctl(0, TIOCSCTTY)', 'setsid --ctty', ['takeTerminal']],
]

describe.each(table.map(([act, said, typed, encoded]) => ({ name: said, act, said, typed, encoded })))(
  '$name',
  ({ act, said, typed, encoded }) => {
    test('is said, typed and encoded', () => {
      const verb = verbOf(act)
      expect([verb.say(act.args), verb.shell(act.args), verb.encode?.(act.args)]).toEqual([
        said,
        typed,
        encoded,
      ])
    })

    test('is one command of a shell', () => {
      expect(spawnSync('sh', ['-n', '-c', typed], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      })
    })
  },
)

test('every call is in this table', () => {
  expect([...new Set(table.map(([act]) => act.do))].sort()).toEqual(Object.keys(verbs).sort())
})

test('the addon knows what the verbs encode, and nothing else', () => {
  const source = readFileSync(projectFile('native/calls.cc'), 'utf8')
  const known = [...source.matchAll(/^ {4}\{"(\w+)",/gm)].map(([, name]) => name!)
  const asked = table.flatMap(([, , , encoded]) => (encoded ? [String(encoded[0])] : []))
  expect(known.sort()).toEqual([...new Set(asked)].sort())
})

test('a call is in a file of its own name', () => {
  const fileOf = (verb: string) => `${verb.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`
  for (const verb of Object.keys(verbs) as VerbName[]) {
    const file = projectFile('src/kernel/calls', fileOf(verb))
    expect(readFileSync(file, 'utf8')).toContain(`export const ${verb} = verb<`)
  }
})

test('what is typed survives any text', () => {
  const dir = folder()
  for (const text of ['', "it's", '$HOME `id` "x" \\', 'a\nb', '-n', '%s%d', '容器']) {
    const at = join(dir, `${text.replaceAll('/', '')}.file`)
    const args = { at, text }
    const line = `umask 022; ${verbs.write.shell(args)}; cat ${word(at)}; ${verbs.unlink.shell({ at })}; test ! -e ${word(at)}`
    expect(spawnSync('sh', ['-c', line], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: text })
  }
})
