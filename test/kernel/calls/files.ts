import type { Row } from './row.ts'

/** Calls on files and directories, and on where a process stands among them. */
export const files: Row[] = [
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
  [{ do: 'makeScratch', args: { at: '/u.work' } }, 'mkdir("/u.work", 0755)', 'mkdir /u.work', undefined],
  [
    { do: 'makeScratch', args: { at: '/a b', owner: { uid: 1, gid: 2 } } },
    'mkdir("/a b", 0755)',
    "mkdir '/a b' && chown 1:2 '/a b'",
    undefined,
  ],
  [{ do: 'unlink', args: { at: "it's" } }, 'unlink("it\'s")', "rm -f 'it'\\''s'", undefined],
  [{ do: 'removeTree', args: { at: '/a b' } }, 'removing "/a b"', "rm -rf '/a b'", undefined],
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
]
