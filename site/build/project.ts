import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root, where lessons/, src/ and site/ are; no slash at the end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** Where the sources can be read and edited, without a slash at the end; undefined while nobody has said. */
export const repository = process.env.SITE_REPOSITORY ?? fromPackage()

/** A file of the project where readers can see it; undefined without a repository. */
export function sourceLink(file: string, line?: number): string | undefined {
  return repository && `${repository}/blob/main/${file}${line ? `#L${line}` : ''}`
}

function fromPackage(): string | undefined {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    repository?: string | { url: string }
  }
  const url = typeof manifest.repository === 'string' ? manifest.repository : manifest.repository?.url
  return url?.replace(/^git\+/, '').replace(/\.git$/, '')
}
