import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { assemblyPoint, type Call, call, type Ids, type Piece } from '../container/index.ts'
import { nativeFile, projectFile } from '../kernel/index.ts'

/** Top-level directories that hold a machine's programs. What is not there is not missed. */
const programs = /^(usr|bin|sbin|lib\w*|etc|opt|nix|gnu)$/

/** The workbench's own directories. */
const writable = ['root', 'run', 'home', 'mnt', 'srv', 'var', 'var/log', 'var/tmp', 'var/lib', 'var/cache']

const launcher = '#!/bin/sh\nexec /cooper/bin/node /cooper/app/dist/cooper.cjs "$@"\n'

export interface Tree {
  /** Where the new root is assembled. */
  root: string
  /** The outer half: the machine's files, mounted where the learner has no power over them. */
  below: Piece
  /** The inner half: what belongs to the learner. */
  inside: Piece
}

/**
 * The file system of a workbench. Its outer half is made in a mount namespace above the learner's: what is mounted
 * there arrives in the inner one locked, so no root inside can unmount it or make it writable again
 * (mount_namespaces(7), "Restrictions on mount namespaces").
 */
export function workbenchTree(
  owner: { uid: number; gid: number } | undefined,
  base: string,
  disk: { at: string; ids: Ids | undefined },
): Tree {
  const node = realpathSync(process.execPath)
  const app = realpathSync(projectFile())
  const root = assemblyPoint([node, app, base])
  const top = readdirSync('/').filter((name) => programs.test(name))
  const own = owner ? `,uid=${owner.uid},gid=${owner.gid}` : ''

  const readOnly = (from: string, to: string): Call[] => [
    call('root', 'mount', { from, to, flags: ['bind', 'rec'] }, 'the machine’s own, to use …'),
    call('root', 'mountSetattr', { at: to, rec: true }, '… and not to change'),
  ]
  const directory = (at: string) => call('root', 'mkdir', { at }, 'a place for it')
  const file = (at: string, text = '', create = 0o755) =>
    call('root', 'write', { at, text, create }, 'a place for it')

  return {
    root,
    below: {
      name: 'below',
      lesson: 'mnt',
      summary: 'the machine’s programs, read-only and locked',
      namespace: 'mnt',
      calls: () => [
        call('part', 'mount', { to: '/', flags: ['rec', 'private'] }, 'or the machine would see every mount'),
        call(
          'root',
          'mount',
          { from: 'workbench', to: root, type: 'tmpfs', data: `mode=755,size=512m${own}` },
          'a root in memory: gone with its last user',
        ),
        call('root', 'chdir', { to: root }, 'paths are relative from here'),
        ...top.flatMap((name) => {
          const from = `/${name}`
          if (lstatSync(from).isSymbolicLink())
            return [call('root', 'symlink', { at: name, to: readlinkSync(from) }, 'as on the machine')]
          return [directory(name), ...readOnly(from, name)]
        }),
        ...['', '/app', '/base', '/bin', '/disk', '/inhabitants'].map((name) => directory(`cooper${name}`)),
        ...readOnly(app, 'cooper/app'),
        ...readOnly(base, 'cooper/base'),
        call(
          'root',
          'mount',
          { from: disk.at, to: 'cooper/disk', flags: ['bind'] },
          'memory cannot hold the upper of an overlay before Linux 6.6',
        ),
        file('cooper/bin/node'),
        ...readOnly(node, 'cooper/bin/node'),
        file('cooper/bin/cooper', launcher),
        ...['escape-chroot', 'mirror', 'roundtrips', 'eat', 'spin'].flatMap((name) => [
          file(`cooper/bin/${name}`),
          ...readOnly(nativeFile(name), `cooper/bin/${name}`),
        ]),
        file('cooper/inhabitant'),
        ...readOnly(nativeFile('inhabitant'), 'cooper/inhabitant'),
        ...['webserver', 'database', 'cron'].map((name) =>
          call(
            'root',
            'symlink',
            { at: `cooper/inhabitants/${name}`, to: '../inhabitant' },
            'one program, three names',
          ),
        ),
        // The second clone starts below; it must be able to see where it stands.
        call('root', 'chdir', { to: dirname(root) }, 'out of the way of the mounts to come'),
      ],
    },
    inside: {
      name: 'inside',
      lesson: 'process',
      summary: 'the learner’s own directories',
      calls: () => [
        call('claim', 'makeScratch', { ...disk, owner }, 'a place on a disk, gone with the workbench'),
        call('become', 'setsid', {}, 'Ctrl-C in our terminal is not meant for it'),
        ...['proc', 'sys', 'dev', ...writable].map((at) =>
          call('furnish', 'mkdir', { at: { entry: at } }, 'its own'),
        ),
        call('furnish', 'mkdir', { at: { entry: 'tmp' }, mode: 0o1777 }, 'its own'),
        call(
          'furnish',
          'write',
          { at: { entry: 'root/.bashrc' }, text: bashrc, create: 0o644 },
          'the prompt is how the tour knows that a command is done',
        ),
      ],
    },
  }
}

/**
 * The prompt carries a mark that no terminal shows: an operating system command (OSC 777) with the last status. It is
 * in the environment, so every shell that is started from here has it, dash and busybox too; `\[` is for bash alone,
 * which must not count those characters, and is there only where BASH is set. Each mark holds something for the shell
 * to fill in, so that `env`, which prints it as it is, does not look like a prompt.
 */
const mark = (what: string) => `\${BASH:+\\[}\x1b]777;cooper=${what}\x07\${BASH:+\\]}`
export const prompts = {
  PS1: `${mark('$?')}$ `,
  PS2: `${mark(`\${?:+more}`)}> `,
  PS0: `\x1b]777;cooper=\${?:+run}\x07`,
}

// A machine's /etc/bash.bashrc may set its own prompt; this runs after it.
const bashrc = `${Object.entries(prompts)
  .map(([name, value]) => `export ${name}='${value}'`)
  .join('\n')}
unset PROMPT_COMMAND
bind 'set enable-bracketed-paste off' 2>/dev/null
`
