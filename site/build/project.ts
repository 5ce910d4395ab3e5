import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root, where lessons/, src/ and site/ are; no slash at the end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/**
 * Where the sources can be read and edited, without a slash at the end: as the environment says, or package.json, or
 * git. Undefined while nobody has said.
 */
export const repository = process.env.SITE_REPOSITORY ?? webAddress(fromPackage() ?? originOf(root))

/** A file of the project where readers can see it; undefined without a repository. */
export function sourceLink(file: string, line?: number): string | undefined {
  return repository && `${repository}/blob/main/${file}${line ? `#L${line}` : ''}`
}

function fromPackage(): string | undefined {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    repository?: string | { url: string }
  }
  const url = typeof manifest.repository === 'string' ? manifest.repository : manifest.repository?.url
  return url
}

/** The remote called origin of the clone that a directory is the top of. */
export function originOf(dir: string): string | undefined {
  try {
    return execFileSync('git', ['--git-dir', join(dir, '.git'), 'config', '--get', 'remote.origin.url'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    // No git, no clone, or no origin.
    return undefined
  }
}

/** An address of git's as a browser opens it, without name or password; undefined for a path on this machine. */
export function webAddress(address = ''): string | undefined {
  const url = address.replace(/^git\+/, '').replace(/^(?:ssh:\/\/)?git@([^/:]+)[:/]/, 'https://$1/')
  if (!/^https?:\/\//.test(url)) return undefined
  return url.replace(/\/\/[^/@]*@/, '//').replace(/(\.git)?\/*$/, '')
}
