import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { nativeFile, projectFile } from '../../src/kernel/index.ts'
import { librariesOf } from '../../src/workbench/base/libraries.ts'

/** Debian packages whose programs the lessons use; of each, what this machine has installed. */
const packages = [
  ...'base-files bash bsdutils coreutils dash diffutils findutils grep gzip hostname'.split(' '),
  ...'iproute2 less libc-bin login mawk mount ncurses-base ncurses-bin nftables'.split(' '),
  ...'procps sed tar util-linux util-linux-extra'.split(' '),
]

/** Where the machine has the project, and its `cooper`. */
const project = '/opt/cooperage'

/** What an installation would have written. */
const texts: Record<string, string> = {
  'etc/passwd': [
    'root:x:0:0:root:/root:/bin/bash',
    'learner:x:1000:1000:an ordinary user:/home/learner:/bin/bash',
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    '',
  ].join('\n'),
  'etc/group': 'root:x:0:\ntty:x:5:\nlearner:x:1000:\nnogroup:x:65534:\n',
  'etc/shadow': 'root:*:20000::::::\nlearner:*:20000::::::\n',
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/hostname': 'machine\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

/**
 * The machine's disk: an ext4 file system with programs of this machine, its Node and the project. No root is needed
 * to make it: what this user owns here is root's there.
 *
 * @param record whether the machine's root records what its lessons show
 * @returns its file, 1 GiB of which little is written
 */
export async function makeDisk(directory: string, lessons: string[], record: boolean): Promise<string> {
  const root = join(directory, 'disk')
  mkdirSync(root)
  layOut(root)
  await copyPrograms(root)
  copyProject(join(root, project))
  symlinkSync(join(project, 'dist/cooper.cjs'), join(root, 'usr/bin/cooper'))
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(root, name), text)
  chmodSync(join(root, 'etc/shadow'), 0o600)
  cpSync(join(import.meta.dirname, 'guest/init.sh'), join(root, 'vm/init'))
  chmodSync(join(root, 'vm/init'), 0o755)
  writeFileSync(join(root, 'vm/lessons'), `${lessons.join('\n')}\n`)
  writeFileSync(join(root, 'vm/flags'), record ? '--record\n' : '')

  const file = join(directory, 'disk.img')
  const asRoot = process.getuid!() === 0 ? [] : ['unshare', '--map-root-user']
  const mke2fs = ['mke2fs', '-q', '-t', 'ext4', '-d', root, file, '1G']
  const [program, ...args] = [...asRoot, ...mke2fs]
  execFileSync(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  return file
}

/** Takes out of a disk what the machine left in `/vm/out`. */
export function readDisk(directory: string, disk: string): string {
  // It also complains that it may not give files their owners.
  execFileSync('debugfs', ['-R', `rdump /vm/out ${directory}`, disk], { stdio: 'ignore' })
  return join(directory, 'out')
}

function layOut(root: string): void {
  const directories =
    'dev proc sys run tmp var/tmp var/lib root home/learner mnt opt srv vm usr/bin etc'.split(' ')
  for (const name of directories) mkdirSync(join(root, name), { recursive: true })
  for (const name of readdirSync('/').filter((name) => /^(bin|sbin|lib\w*)$/.test(name))) {
    if (!lstatSync(join('/', name)).isSymbolicLink()) continue
    symlinkSync(readlinkSync(join('/', name)), join(root, name))
  }
}

/** Copies what the packages hold, the libraries of all that, and Node, each to where it is on this machine. */
async function copyPrograms(root: string): Promise<void> {
  // A package that is not installed makes the status 1; the list of the others is whole.
  const { stdout } = spawnSync('dpkg-query', ['--listfiles', ...packages], { encoding: 'utf8' })
  const owned = stdout.split('\n').filter((file) => /^\/(usr\/)?(etc|s?bin|lib\w*)\//.test(file))
  // Links that update-alternatives(1) made belong to no package: awk.
  const chosen = readdirSync('/etc/alternatives').map((name) => join('/usr/bin', name))
  const files = [...owned, ...chosen].filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
  const programs = [...files.filter((file) => /bin\//.test(file)), nativeFile('cooper.node')]
  const node = realpathSync(process.execPath)
  for (const file of [...files, ...(await librariesOf([...programs, node]))]) copy(file, root, file)
  copy(node, root, '/usr/bin/node')
}

/** The project as its package has it, and what it was built to and depends on. */
function copyProject(to: string): void {
  const lock = JSON.parse(readFileSync(projectFile('package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; peer?: boolean }>
  }
  const needed = Object.entries(lock.packages).flatMap(([name, { dev, devOptional, peer }]) =>
    name === '' || dev || devOptional || peer ? [] : [name],
  )
  for (const name of ['package.json', 'dist', 'lessons', 'src', 'native/build/Release', ...needed])
    cpSync(projectFile(name), join(to, name), { recursive: true })
}

function copy(file: string, root: string, to: string): void {
  const at = join(root, realpathSync(dirname(to)), basename(to))
  mkdirSync(dirname(at), { recursive: true })
  copyFileSync(file, at)
}
