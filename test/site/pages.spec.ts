import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunOptions } from 'axe-core'
import { describe, expect, inject, test } from 'vitest'
import { findDeadLinks } from '../../site/build/dead-links.ts'
import { findLessons, parseLesson } from '../../src/literate/index.ts'
import { pictureFile, unfold, visit } from './support/browser.ts'
import { root } from './support/build.ts'
import { light, violations } from './support/readable.ts'
import { openSite } from './support/site.ts'

const built = inject('site')
const pages = readdirSync(built.out, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('index.html'))
  .map((file) => file.replace(/index\.html$/, ''))
  .sort()

// What is not a matter of colour is the same in the dark.
const rules: Record<'light' | 'dark', RunOptions> = {
  light: { resultTypes: ['violations'] },
  dark: { resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] },
}

const site = openSite()

test('the site builds in half a minute, and has nothing to complain about', () => {
  expect(built.said).not.toMatch(/warn|deprecat|error/i)
  expect(built.took).toBeLessThan(30_000)
})

test('every lesson and every translation is a page, with all its steps, checks and tasks', () => {
  for (const { id, dir } of findLessons(root)) {
    for (const file of readdirSync(dir).filter((name) => /^lesson(\.\w+)?\.md$/.test(name))) {
      const [, language] = /^lesson\.(\w+)\.md$/.exec(file) ?? []
      const page = `${language ? `${language}/` : ''}lessons/${id}/`
      expect(pages).toContain(page)
      const html = readFileSync(join(built.out, page, 'index.html'), 'utf8')
      for (const block of parseLesson(join(dir, file), root).blocks) {
        if ('id' in block) expect(html).toContain(`id="${block.kind}-${block.id}"`)
      }
    }
  }
})

test('every link leads to a page that is there, and every fragment to a place on it', () => {
  const html = pages.map((page) => readFileSync(join(built.out, page, 'index.html'), 'utf8')).join('')
  // The base is in them: without it they lead out of the site.
  expect(html).toContain('href="/cooperage/lessons/process/"')
  expect(html).not.toMatch(/<a [^>]*href="\/(?!cooperage\/)/)
  expect(findDeadLinks(built.out, built.base)).toEqual([])
})

test('every lesson ends with the manual pages that it names', () => {
  for (const { id } of findLessons(root)) {
    const html = readFileSync(join(built.out, 'lessons', id, 'index.html'), 'utf8')
    const [, list = ''] = /<ul class="manual">(.*?)<\/ul>/s.exec(html) ?? []
    expect(list, id).toMatch(/>[\w-]+\(\d\)<\/a>/)
  }
})

test('the tour on the Chinese home page has a Chinese title and Chinese claims', () => {
  const html = readFileSync(join(built.out, 'zh/index.html'), 'utf8')
  expect(html).toMatch(/class="bar"><span>自己的进程号</)
  expect(html).toContain('✓ P2  同一个号码')
  expect(html).not.toContain('A process of its own')
})

describe.concurrent('each page', () => {
  test.each(pages)('/%s is right for everybody, light and dark, wide and narrow', async (path) => {
    const { page, seen, close } = await site.page({ colorScheme: 'light' })
    await visit(page, site.url + path)
    await unfold(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await light(page, colorScheme)
      expect(await violations(page, rules[colorScheme]), colorScheme).toEqual([])
    }
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(seen.errors).toEqual([])
    expect(seen.requests.filter((url) => !url.startsWith(site.url))).toEqual([])
    await close()
  })

  test.each(pages.filter((path) => path.includes('lessons/')))('/%s is light to load', async (path) => {
    const { page, seen, close } = await site.page()
    await page.goto(site.url + path, { waitUntil: 'networkidle' })
    expect(seen.bytes).toBeGreaterThan(50_000)
    expect(seen.bytes).toBeLessThan(250_000)
    await close()
  })

  test.each(findLessons(root))('lesson $id can be read without JavaScript', async ({ id, file }) => {
    const { page, close } = await site.page({ javaScriptEnabled: false })
    await page.goto(`${site.url}lessons/${id}/`)
    const { title, claims } = parseLesson(file, root)
    expect(await page.locator('h1').innerText()).toContain(title)
    const text = await page.locator('main').innerText()
    for (const claim of Object.values(claims)) expect(text).toContain(claim)
    // A hint opens by itself: that is the browser's, not a script's.
    const hint = page.locator('.hint').first()
    if (await hint.count()) {
      await hint.locator('summary').click()
      expect(await hint.locator('p').isVisible()).toBe(true)
    }
    await close()
  })
})

test('an address that is not there says so', async () => {
  const { page, close } = await site.page()
  await visit(page, `${site.url}nowhere/`)
  expect(await page.locator('.NotFound').innerText()).toContain('404')
  await close()
})

test('programs can read it: llms.txt lists pages that are there', () => {
  const list = readFileSync(join(built.out, 'llms.txt'), 'utf8')
  const files = [...list.matchAll(/\]\(\/cooperage\/(\S+)\)/g)].map(([, file = '']) => file)
  expect(files.length).toBeGreaterThan(findLessons(root).length)
  for (const file of files) expect(existsSync(join(built.out, file))).toBe(true)
})

test('llms.txt lists every page, in both languages, by the title that its reader sees', () => {
  const list = readFileSync(join(built.out, 'llms.txt'), 'utf8')
  const titles = new Map(
    [...list.matchAll(/^- \[(.*)\]\(\/cooperage\/(\S*?)index\.md\)/gm)].map(([, t, page]) => [page, t]),
  )
  expect([...titles.keys()].sort()).toEqual(pages)
  for (const [page = '', title] of titles) {
    const html = readFileSync(join(built.out, page, 'index.html'), 'utf8')
    const [, seen] = /<title>(.*?)(?: \| Cooperage)?<\/title>/.exec(html) ?? []
    expect(title).toBe(seen)
  }
})

test('programs read the home page without its markup', () => {
  const text = readFileSync(join(built.out, 'index.md'), 'utf8')
  expect(text).toContain('# A container is a process')
  expect(text).toContain('npm ci && npm start')
  expect(text).toContain('](/cooperage/guide/safety/)')
  expect(text).not.toMatch(/<\w|^layout:/m)
})

test.each([
  ['home', '', 'light', 1440],
  ['home-dark', '', 'dark', 1440],
  ['home-narrow', '', 'light', 360],
  ['home-zh', 'zh/', 'light', 1440],
  ['lesson', 'lessons/pid/', 'light', 1440],
  ['lesson-dark', 'lessons/pid/', 'dark', 1440],
  ['lesson-narrow', 'lessons/pid/', 'light', 360],
  ['calls', 'reference/calls/', 'light', 1440],
  ['docker', 'reference/docker/', 'light', 1440],
] as const)('a picture can be kept: %s', async (name, path, colorScheme, width) => {
  const { page, close } = await site.page({ colorScheme, viewport: { width, height: 1000 } })
  await visit(page, site.url + path)
  const picture = await page.screenshot({ path: pictureFile(name), fullPage: name.startsWith('home') })
  // A page that shows nothing is a small file.
  expect(picture.length).toBeGreaterThan(20_000)
  await close()
})
