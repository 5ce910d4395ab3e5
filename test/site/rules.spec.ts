import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cooper } from '../support/cooper.ts'
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
})

// A lesson is one file. To be there is enough for a page; a step that is changed needs no other change.
test('a new lesson is a page, and what is changed in it changes there and in the terminal', async () => {
  const project = copy()
  const demo = join(project, 'lessons/90-demo')
  cpSync(join(root, 'test/cli/fixtures/00-demo'), demo, { recursive: true })
  cpSync(join(demo, 'checks.js'), join(project, 'dist/lessons/90-demo/checks.js'))
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
