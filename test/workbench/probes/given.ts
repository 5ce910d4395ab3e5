import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Namespace } from '../../../src/kernel/index.ts'
import type { Machine } from '../../../src/workbench/probes/machine.ts'
import { type Finding, probe } from '../../../src/workbench/probes.ts'
import { folder } from '../../support/folder.ts'

export const systems = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  ubuntu: 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
  fedora: 'PRETTY_NAME="Fedora Linux 42"\nID=fedora\nVERSION_ID=42\n',
  rocky: 'PRETTY_NAME="Rocky Linux 9"\nID="rocky"\nID_LIKE="rhel centos fedora"\n',
  tumbleweed: 'PRETTY_NAME="openSUSE Tumbleweed"\nID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n',
  alpine: 'PRETTY_NAME="Alpine Linux v3.20"\nID=alpine\n',
  arch: 'PRETTY_NAME="Arch Linux"\nID=arch\n',
  nixos: 'PRETTY_NAME="NixOS 25.05"\nID=nixos\n',
}

export type Clone = (
  namespaces: Namespace[],
  options?: { mountProc?: boolean },
) => { errno: number; call: string }

const works: Clone = () => ({ errno: 0, call: '' })
export const refused =
  (errno: number): Clone =>
  () => ({ errno, call: 'clone(CLONE_NEWUSER)' })
export const mountRefused =
  (errno: number): Clone =>
  (_, options) =>
    options?.mountProc
      ? { errno, call: 'mount("proc", "/proc", "proc", 0, NULL)' }
      : { errno: 0, call: 'clone(CLONE_NEWUSER)' }

/** A machine whose files lie in a directory: real files, read as those of the real one are. */
export function machine(
  files: Record<string, string>,
  { clone = works, programs = [], ...rest }: Partial<Machine> & { clone?: Clone; programs?: string[] } = {},
): Machine {
  const root = folder()
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries({
    '/etc/os-release': systems.debian,
    '/proc/version': 'Linux',
    ...files,
  })) {
    put(path, text)
  }
  for (const program of programs) {
    put(`/usr/bin/${program}`, '#!/bin/sh\n')
    chmodSync(join(root, 'usr/bin', program), 0o755)
  }
  return {
    root,
    proc: join(root, 'proc'),
    etc: join(root, 'etc'),
    platform: 'linux',
    release: '6.8.0-45-generic',
    arch: 'x64',
    node: 'v20.20.0',
    uid: 1000,
    env: {},
    stdout: {},
    which: (program) => {
      const file = join(root, 'usr/bin', program)
      return existsSync(file) ? file : undefined
    },
    addon: () => '/opt/cooper/cooper.node',
    tryClone: async (namespaces, options) => clone(namespaces, options),
    ...rest,
  }
}

export const look = async (name: string, on?: Machine): Promise<Finding> => {
  const entry = probe(name)
  if (!entry) throw new Error(`no probe ${name}`)
  return entry.look(on)
}
export const tried = (finding: Finding) => finding.remedy?.join('\n') ?? ''

export const EPERM = 1
export const EACCES = 13
export const ENOSPC = 28
