import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { originOf, webAddress } from '../../site/build/project.ts'
import { startReference } from '../../site/build/reference/start.ts'
import { cooper } from '../support/cooper.ts'
import { folder } from '../support/folder.ts'
import { addLesson } from '../support/project.ts'
import { build, root } from './support/build.ts'
import { copy } from './support/copy.ts'

const lesson = 'lessons/04-uts/lesson.md'

function change(project: string, file: string, from: string | RegExp, to: string): void {
  const path = join(project, file)
  const text = readFileSync(path, 'utf8')
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  writeFileSync(path, changed)
}

const site = (project: string) => build(project, join(project, 'out'), '/')

describe('the site does not build', () => {
  test('on a recording that is older than its step', async () => {
    const project = copy()
    change(project, lesson, /(```console step=)([\w-]+)(.*\n)/, '$1$2$3$ true\n')
    const { ok, said } = await site(project)
    expect(ok).toBe(false)
    expect(said).toMatch(/04-uts\/recorded\/\w+\.json: the recording of "[\w-]+" is older than its step/)
  })

  test('on a step that was never recorded', async () => {
    const project = copy()
    change(project, lesson, /\n## /, '\n```console step=never-seen\n$ true\n```\n\n## ')
    const { ok, said } = await site(project)
    expect(ok).toBe(false)
    expect(said).toContain('step "never-seen" has no recording')
  })

  test('on a check that nobody has seen', async () => {
    const project = copy()
    rmSync(join(project, 'lessons/04-uts/recorded'), { recursive: true })
    const { ok, said } = await site(project)
    expect(ok).toBe(false)
    expect(said).toMatch(/lessons\/04-uts\/lesson\.md:\d+: "[\w-]+" has no recorded look/)
  })

  test('on a link that leads nowhere', async () => {
    const project = copy()
    change(project, 'site/guide/install.md', '](/guide/doctor/)', '](/guide/nobody/)')
    change(project, lesson, /\n## /, '\nSee [the next](../99-nobody/lesson.md).\n\n## ')
    const { ok, said } = await site(project)
    expect(ok).toBe(false)
    expect(said).toContain('/guide/nobody')
    expect(said).toContain('/lessons/nobody')
  })

  test('on one in raw HTML, on one that leaves the site, and on a place that is not on the page', async () => {
    const project = copy()
    const raw = '<p><a href="/x/guide/nobody/">one</a> <a href="/guide/install/">two</a></p>\n\n'
    change(project, 'site/index.md', '## Why by hand', `${raw}$&`)
    change(project, 'site/guide/install.md', '](/guide/doctor/)', '](/guide/doctor/#nobody)')
    change(project, lesson, /\n## /, '\nSee [the start](../01-pid/lesson.md#step-nobody).$&')
    const { ok, said } = await build(project, join(project, 'out'), '/x/')
    expect(ok).toBe(false)
    const [, dead = ''] = /lead nowhere:\n((?:\s*\S+\.md: \S+\n)+)/.exec(said) ?? []
    expect(
      dead
        .trim()
        .split(/\s*\n\s*/)
        .sort(),
    ).toEqual([
      `${lesson}: /x/lessons/pid/#step-nobody`,
      'site/guide/install.md: /x/guide/doctor/#nobody',
      'site/index.md: /guide/install/',
      'site/index.md: /x/guide/nobody/',
    ])
  })
})

// A lesson is one file. To be there is enough for a page; a step that is changed needs no other change.
test('a new lesson is a page, and what is changed in it changes there and in the terminal', async () => {
  const project = copy()
  addLesson(project, '00-demo', '90-demo')
  change(
    project,
    'lessons/90-demo/lesson.md',
    'again <shell>\n',
    'again <shell>\n$ echo changed by a test\nchanged by a test\n',
  )

  const recorded = await cooper(['check', 'demo', '--record'], { root: project })
  expect(recorded.stdout).toContain('✓ demo')
  const told = await cooper(['learn', 'demo', '--yes'], { root: project })
  expect(told.stdout).toMatch(/\$ echo changed by a test\n\s*changed by a test/)

  const { ok, said, out } = await site(project)
  expect(said).not.toContain('the site would not show')
  expect(ok).toBe(true)
  const html = readFileSync(join(out, 'lessons/demo/index.html'), 'utf8')
  expect(html).toMatch(
    /<\/span>echo changed by a test<\/span>\n<span class="output">changed by a test<\/span>/,
  )
  expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain('/lessons/demo/')
})

/** The program's own packages, really there: the workbench shows a project, and nothing that lies outside of it. */
function withPackages(project: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>
  }
  const modules = join(project, 'node_modules')
  rmSync(modules)
  mkdirSync(modules)
  for (const [path, { dev }] of Object.entries(packages))
    if (path && !dev) cpSync(join(root, path), join(project, path), { recursive: true })
  const there = new Set(readdirSync(modules))
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!there.has(name)) symlinkSync(join(root, 'node_modules', name), join(modules, name))
}

test('a step of a lesson is edited: page and terminal show it, and nothing else was edited', async () => {
  const project = copy()
  withPackages(project)
  const step = (out: string) => {
    const html = readFileSync(join(out, 'lessons/uts/index.html'), 'utf8')
    return /<figure [^>]*id="step-untouched".*?<\/figure>/s.exec(html)?.[0] ?? ''
  }
  expect(step(inject('site').out)).toContain('</span>hostname</span>')
  const before = await cooper(['check', 'uts'], { root: project })
  expect(before.stdout).toMatch(/✓ uts\s+passed/)

  const [old, now] = ['step=untouched\n$ hostname\n<name>\n', 'step=untouched\n$ uname -n | tr a-z A-Z\n']
  change(project, lesson, old, `${now}nobody\n`)
  const wrong = await cooper(['check', 'uts'], { root: project })
  expect(wrong.status).toBe(1)
  expect(wrong.stdout).toMatch(/failed step untouched: `uname -n \| tr a-z A-Z` printed something else/)
  expect(wrong.stdout).toMatch(/expected\n\s*> nobody\n/)

  change(project, lesson, `${now}nobody\n`, `${now}[..]\n`)
  // Of the two kinds of machines this is one; it cannot speak for the other.
  rmSync(join(project, 'lessons/04-uts/recorded'), { recursive: true })
  const recorded = await cooper(['check', 'uts', '--record'], { root: project })
  expect(recorded.stdout).toMatch(/✓ uts\s+passed/)
  const told = await cooper(['learn', 'uts', '--yes'], { root: project })
  expect(told.stdout).toContain('$ uname -n | tr a-z A-Z')

  const { ok, said, out } = await site(project)
  expect(ok, said).toBe(true)
  expect(step(out)).toMatch(/<\/span>uname -n \| tr a-z A-Z<\/span>\n<span class="output">[A-Z]/)
  expect(step(out)).not.toContain('</span>hostname</span>')
})

describe('where the sources are', () => {
  test.each([
    ['https://git.example/you/cooperage.git', 'https://git.example/you/cooperage'],
    ['git+https://git.example/you/cooperage.git', 'https://git.example/you/cooperage'],
    ['https://me:secret@git.example/you/cooperage/', 'https://git.example/you/cooperage'],
    ['git@git.example:you/cooperage.git', 'https://git.example/you/cooperage'],
    ['ssh://git@git.example/you/cooperage.git', 'https://git.example/you/cooperage'],
    ['/home/you/cooperage', undefined],
    ['../cooperage.git', undefined],
  ])('%s is %s', (address, seen) => expect(webAddress(address)).toBe(seen))

  test('git knows it, of the clone itself and not of one around it', () => {
    const dir = folder()
    const git = (...args: string[]) => execFileSync('git', ['-C', dir, ...args])
    expect(originOf(dir)).toBeUndefined()
    git('init', '--quiet')
    expect(originOf(dir)).toBeUndefined()
    git('remote', 'add', 'origin', 'git@git.example:you/cooperage.git')
    expect(originOf(dir)).toBe('git@git.example:you/cooperage.git')
    mkdirSync(join(dir, 'inner'))
    expect(originOf(join(dir, 'inner'))).toBeUndefined()
  })

  test('the first command names it, and there is none when nobody knows', () => {
    expect(startReference('en', 'https://git.example/you/cooperage')).toBe(
      '```typed\ngit clone https://git.example/you/cooperage cooperage\ncd cooperage && npm ci && npm start\n```',
    )
    expect(startReference('en', '')).toBe('```typed in a clone of the project\nnpm ci && npm start\n```')
  })
})
