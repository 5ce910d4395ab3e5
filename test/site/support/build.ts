import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

export const root = join(import.meta.dirname, '../../..')

/** Where the sources are said to be, for edit links. Nothing asks there. */
export const repository = 'https://git.example/cooperage'

/** What a build of the site said, and how long it took. */
export interface Built {
  out: string
  /** Below which the site lies: `/cooperage/`. */
  base: string
  ok: boolean
  said: string
  /** Milliseconds. */
  took: number
}

declare module 'vitest' {
  export interface ProvidedContext {
    site: Built
  }
}

/** Builds the site of a project into a directory of its own. */
export function build(project: string, out: string, base: string): Promise<Built> {
  const from = Date.now()
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join(root, 'node_modules/vitepress/bin/vitepress.js'), 'build', 'site'],
      {
        cwd: project,
        env: {
          ...process.env,
          NODE_ENV: undefined,
          SITE_OUT: out,
          SITE_BASE: base,
          SITE_REPOSITORY: repository,
        },
      },
    )
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
    }
    child.on('close', (code) => resolve({ out, base, ok: code === 0, said, took: Date.now() - from }))
  })
}

/** Vitest calls it once: all files test the same build, below a path as a forge's pages have it. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'cooper-site-'))
  const site = await build(root, join(dir, 'dist'), '/cooperage/')
  if (!site.ok) throw new Error(site.said)
  provide('site', site)
  return () => rmSync(dir, { recursive: true })
}
