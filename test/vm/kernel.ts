import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

/** Debian's kernel for virtual machines: small, and with every controller of cgroup v2. */
const name = 'linux-image-cloud-amd64'

/** What the machine and the lessons need; what these depend on is found. No program of the machine loads any. */
const wanted = [
  ...'virtio_pci virtio_blk overlay'.split(' '),
  ...'veth bridge dummy vxlan macvlan ipvlan tun tcp_diag unix_diag'.split(' '),
  ...'nf_tables nft_chain_nat nft_ct nft_masq nft_nat nft_redir nft_fib_ipv4 nft_reject_ipv4 nft_limit'.split(
    ' ',
  ),
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
export async function kernel(directory: string): Promise<Kernel> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cooperage-vm')
  mkdirSync(cache, { recursive: true })
  const kept = readdirSync(cache).find((entry) => !entry.endsWith('.new'))
  const version = kept ?? fetchInto(cache, directory)
  const files = readdirSync(join(cache, version))
  const image = files.find((file) => file.startsWith('vmlinuz'))
  if (!image) throw new Error(`${join(cache, version)} holds no kernel: remove it, and it is fetched again`)
  const modules = inOrder(join(cache, version), wanted)
  return { version, image: join(cache, version, image), modules }
}

/** @returns its version, which names its folder in the cache */
function fetchInto(cache: string, directory: string): string {
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  // The name itself is an empty package that depends on the newest kernel.
  const real = /Depends: (linux-image-\S+)/.exec(run('apt-cache', 'depends', name))?.[1]
  if (!real) throw new Error(`apt knows no ${name}: run apt-get update`)
  console.log(`Fetching ${real} from Debian`)
  run('apt-get', 'download', '-qq', real)
  const archive = readdirSync(directory).find((file) => file.endsWith('.deb'))!
  run('dpkg-deb', '--extract', archive, 'package')
  const boot = join(directory, 'package/boot')
  const image = readdirSync(boot).find((file) => file.startsWith('vmlinuz'))!
  const version = image.replace('vmlinuz-', '')
  const files = inOrder(join(directory, 'package/lib/modules', version), wanted)
  const next = join(cache, `${version}.new`)
  for (const file of [join(boot, image), ...files]) cpSync(file, join(next, basename(file)))
  renameSync(next, join(cache, version))
  return version
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
