import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Ledger } from '../ledger.ts'
import { stateDir } from '../state.ts'
import { directories, files, programs, terminals, vimrc } from './contents.ts'
import { librariesOf } from './libraries.ts'

/** Where a workbench has the machine's base. */
export const baseInBench = '/cooper/base'

/**
 * A small root file system, made from this machine's own programs and the libraries they need, about 25 MB. It is
 * made once and kept until one of its files changes on the machine; no network is needed, and nothing is installed.
 *
 * @returns its directory, which is shared by all containers and not to be written
 */
export async function baseRoot(): Promise<string> {
  if (existsSync(baseInBench)) return baseInBench
  const found = programsHere()
  const dir = join(cacheDir(), `base-${fingerprint(found)}`)
  if (!existsSync(dir)) await build(dir, [...found, ...(await librariesOf(found)), ...terminalsHere()])
  // Its time says when it was used last: see forgetOthers.
  utimesSync(dir, new Date(), new Date())
  return dir
}

function cacheDir(): string {
  // Root's own cache lies where no other user may go, and root of a container may be another user.
  const dir =
    process.geteuid!() === 0
      ? '/var/cache/cooperage'
      : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cooperage')
  try {
    mkdirSync(dir, { recursive: true, mode: 0o755 })
    accessSync(dir, constants.W_OK)
    return dir
  } catch {
    // A home that cannot be written: then where the state has found its place.
    return stateDir('cache')
  }
}

/** The programs of the list that the machine's own directories hold. */
function programsHere(): string[] {
  const dirs = [...new Set(['/usr/bin', '/usr/sbin', '/bin', '/sbin'])]
  return programs.flatMap((name) => dirs.map((dir) => join(dir, name)).find((file) => existsSync(file)) ?? [])
}

function terminalsHere(): string[] {
  const dirs = ['/lib/terminfo', '/usr/share/terminfo', '/etc/terminfo']
  return terminals.flatMap(
    (name) => dirs.map((dir) => join(dir, name[0]!, name)).find((file) => existsSync(file)) ?? [],
  )
}

/**
 * Where vim looks for its defaults, and what it finds there: without the file, or with the machine's, which wants
 * colours and file types that are not here, it complains and asks for a key before it draws anything.
 */
function vimDefaults(): Record<string, string> {
  const dir = '/usr/share/vim'
  const versions = existsSync(dir) ? readdirSync(dir).filter((name) => /^vim\d+$/.test(name)) : []
  return Object.fromEntries(versions.map((name) => [join(dir, name, 'defaults.vim'), vimrc]))
}

/** Changes when a program of the machine is another one, or when its libraries were installed anew. */
function fingerprint(found: string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([files, vimDefaults(), directories, terminals]))
  for (const file of [...found, '/etc/ld.so.cache']) {
    const about = statSync(file, { throwIfNoEntry: false })
    hash.update(`${file} ${about?.size} ${about?.mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}

async function build(dir: string, wanted: string[]): Promise<void> {
  const ledger = Ledger.open()
  const next = `${dir}.${process.pid}`
  ledger.before({ do: 'removeTree', args: { at: next } })
  try {
    mkdirSync(next, { mode: 0o755 })
    for (const name of Object.keys(directories)) mkdirSync(join(next, name))
    for (const [name, target] of topLinks()) symlinkSync(target, join(next, name))
    const places = new Set(wanted.map((file) => dirname(join(next, file))))
    for (const [, target] of topLinks()) mkdirSync(join(next, target), { recursive: true })
    for (const place of places) mkdirSync(place, { recursive: true })
    await Promise.all(wanted.map((file) => copyFile(file, join(next, file))))
    for (const [name, text] of Object.entries({ ...files, ...vimDefaults() })) {
      mkdirSync(dirname(join(next, name)), { recursive: true })
      writeFileSync(join(next, name), text)
    }
    // Modes last, and not left to the umask: some of these could not be filled any more.
    for (const [name, mode] of Object.entries(directories)) chmodSync(join(next, name), mode)
    renameSync(next, dir)
    forgetOthers(dir)
  } catch (error) {
    // Somebody else made it meanwhile: theirs is as good.
    if (!existsSync(dir)) throw error
  } finally {
    await ledger.close()
  }
}

/** `/bin` is a link to `usr/bin` on most machines; a path that was found through it must lead there again. */
function topLinks(): [name: string, target: string][] {
  return readdirSync('/').flatMap((name): [string, string][] =>
    /^(bin|sbin|lib\w*)$/.test(name) && lstatSync(join('/', name)).isSymbolicLink()
      ? [[name, readlinkSync(join('/', name)).replace(/^\//, '')]]
      : [],
  )
}

/** How long a base that was made from other files is kept: long enough for whatever still runs in it. */
const keptFor = 7 * 24 * 3600 * 1000

/** Forgets older ones that nobody has used for a week. */
function forgetOthers(dir: string): void {
  for (const name of readdirSync(dirname(dir))) {
    const other = join(dirname(dir), name)
    if (!/^base-[0-9a-f]{12}$/.test(name) || other === dir) continue
    if (Date.now() - statSync(other).mtimeMs > keptFor) rmSync(other, { recursive: true, force: true })
  }
}
