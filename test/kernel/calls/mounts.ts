import type { Row } from './row.ts'

/** Layers whose whole names do not fit into a page. */
const many = Array.from({ length: 300 }, (_, index) => `layer-${index}`)

/** Calls that say what is where in a tree. */
export const mounts: Row[] = [
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
    "findmnt -R -n -l -o TARGET /sys | xargs -d '\\n' -n 1 mount -o remount,bind,ro",
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
  [
    {
      do: 'overlayMount',
      args: { to: '/m', lower: ['/top', '/a:b,c\\d'], upper: '/u', work: '/w', userxattr: true },
    },
    'mount("overlay", "/m", "overlay", 0, "lowerdir=/top:/a\\\\:b\\\\,c\\\\\\\\d,upperdir=/u,workdir=/w,userxattr")',
    "mount -t overlay -o 'lowerdir=/top:/a\\:b\\,c\\\\d,upperdir=/u,workdir=/w,userxattr' overlay /m",
    [
      'mount',
      'overlay',
      '/m',
      'overlay',
      0,
      'lowerdir=/top:/a\\:b\\,c\\\\d,upperdir=/u,workdir=/w,userxattr',
    ],
  ],
  [
    { do: 'overlayMount', args: { to: '/m', lower: many.map((name) => `/layers/${name}`) } },
    'fsconfig(fsopen("overlay"), FSCONFIG_SET_FD, "lowerdir+", each of 300), move_mount("/m")',
    `(cd /layers && mount -t overlay -o lowerdir=${many.join(':')} overlay /m)`,
    [
      'overlayMount',
      '/m',
      '/layers',
      `lowerdir=${many.join(':')}`,
      0,
      null,
      null,
      ...many.map((name) => `/layers/${name}`),
    ],
  ],
]
