import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

/** Debian's kernel for virtual machines: small, and with every controller of cgroup v2. */
const name = 'linux-image-cloud-amd64'

/** What the machine and the lessons need; what these depend on is found. No program of the machine loads any. */
const wanted = [
  ...'virtio_pci virtio_blk overlay'.split(' '),
  ...'sch_tbf veth bridge dummy vxlan macvlan ipvlan tun tcp_diag unix_diag'.split(' '),
  ...'nf_tables nft_chain_nat nft_ct nft_fib_ipv4 nft_limit nft_masq nft_nat'.split(' '),
  ...'nft_redir nft_reject_ipv4'.split(' '),
]

export interface Kernel {
  version: string
  /** The file to boot. */
  image: string
  /** Files of its modules, each after those it depends on. */
  modules: string[]
}

/**
 * The kernel of the machine. It is downloaded from this machine's Debian mirror, once: what is needed of it is kept in
 * the user's cache. Nothing is installed.
 *
 * @param directory where to work; on the way the whole package is unpacked there, 110 MB
 */
export function kernel(directory: string): Kernel {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cooperage-vm')
  mkdirSync(cache, { recursive: true })
  const kept = readdirSync(cache).find((version) => isWhole(join(cache, version)))
  const version = kept ?? fetchInto(cache, directory)
  const image = join(cache, version, 'vmlinuz')
  return { version, image, modules: inOrder(join(cache, version), wanted) }
}

/** It may have been kept by one who wanted less. */
function isWhole(directory: string): boolean {
  return ['vmlinuz', ...wanted.map((module) => `${module}.ko`)].every((file) =>
    existsSync(join(directory, file)),
  )
}

/** @returns its version, which names its folder in the cache */
function fetchInto(cache: string, directory: string): string {
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  // The name itself is an empty package that depends on the newest kernel.
  const real = /Depends: (linux-image-\S+)/.exec(run('apt-cache', 'depends', name))?.[1]
  if (!real) throw new Error(`apt knows no ${name}: run apt-get update`)
  console.log(`Fetching ${real} from Debian`)
  run('apt-get', 'download', '-qq', real)
  const archive = readdirSync(directory).find((file) => file.endsWith('.deb'))!
  run('dpkg-deb', '--extract', archive, 'package')
  const [version] = readdirSync(join(directory, 'package/lib/modules'))
  const files = inOrder(join(directory, 'package/lib/modules', version!), wanted)
  // Whole or not at all, for another run may look for it meanwhile.
  const next = join(cache, `.${process.pid}`)
  cpSync(join(directory, 'package/boot', `vmlinuz-${version}`), join(next, 'vmlinuz'))
  for (const file of files) cpSync(file, join(next, basename(file)))
  rmSync(join(cache, version!), { recursive: true, force: true })
  renameSync(next, join(cache, version!))
  return version!
}

/** Files of these modules and of all they depend on, in an order that insmod(8) can take them. */
function inOrder(directory: string, names: string[]): string[] {
  const files = new Map(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ko'))
      .map((file) => [basename(file, '.ko').replaceAll('-', '_'), join(directory, file)]),
  )
  const ordered = new Set<string>()
  const add = (module: string) => {
    const file = files.get(module)
    if (!file) throw new Error(`the kernel has no module ${module}`)
    // Each says itself what it needs, in its .modinfo section: "depends=llc,stp".
    const [, needs = ''] = /\0depends=([^\0]*)\0/.exec(readFileSync(file, 'latin1')) ?? []
    for (const other of needs.split(',').filter(Boolean)) add(other.replaceAll('-', '_'))
    ordered.add(file)
  }
  for (const module of names) add(module)
  return [...ordered]
}
