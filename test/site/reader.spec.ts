import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { visit } from './support/browser.ts'
import { repository } from './support/build.ts'
import { openSite } from './support/site.ts'

// What a reader does on the site, by mouse and by keyboard.

const site = openSite()

let page: Page
let close: () => Promise<void>
beforeEach(async () => {
  const opened = await site.page({
    viewport: { width: 1500, height: 1000 },
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  page = opened.page
  close = async () => {
    await opened.close()
    expect(opened.seen.errors).toEqual([])
  }
})
afterEach(() => close())

const open = (path: string) => visit(page, site.url + path)

test.each([
  ['whiteout', 'lessons/overlay/'],
  ['pivot_root', 'lessons/mnt/'],
])('search finds %s', async (word, path) => {
  await open('')
  await page.keyboard.press('Control+k')
  await page.locator('#localsearch-input').fill(word)
  const results = page.locator('.VPLocalSearchBox .result')
  await results.first().waitFor()
  const links = await results.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  expect(links.some((link) => link.includes(path))).toBe(true)
})

test('search finds Chinese words, which have no spaces between them', async () => {
  await open('zh/')
  await page.keyboard.press('Control+k')
  await page.locator('#localsearch-input').fill('僵尸')
  const first = page.locator('.VPLocalSearchBox .result').first()
  await first.waitFor()
  expect(await first.getAttribute('href')).toContain('zh/lessons/pid/')
})

test('dark and light are the reader’s choice, and it is remembered', async () => {
  await open('')
  const isDark = () => page.evaluate('document.documentElement.classList.contains("dark")')
  expect(await isDark()).toBe(false)
  await page.locator('.VPNavBar .VPSwitchAppearance').click()
  expect(await isDark()).toBe(true)
  await open('lessons/pid/')
  expect(await isDark()).toBe(true)
})

test('what is copied is what is typed, without prompts, and without somebody else’s numbers', async () => {
  await open('lessons/pid/')
  const step = page.locator('#step-leak')
  expect(await step.innerText()).toMatch(/\$ kill -0 \d+/)
  await step.getByRole('button').click()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
    'pgrep -x webserver\nkill -0 <webserver>\n',
  )
  expect(await step.getByRole('status').innerText()).toContain('<webserver>')
  expect(await step.locator('mark').first().getAttribute('title')).toContain('yours will differ')
})

test('a guess hides its answer until it is opened, also by keyboard', async () => {
  await open('lessons/pid/')
  const answer = page.locator('details.answer').first()
  const step = answer.locator('figure.terminal').first()
  expect(await step.isVisible()).toBe(false)
  await answer.locator('> summary').focus()
  await page.keyboard.press('Enter')
  expect(await step.isVisible()).toBe(true)
})

test('hints come one by one, the solution behind a click, the assertion on demand', async () => {
  await open('lessons/pid/')
  const task = page.locator('section.task').first()
  const hints = task.locator('.hint')
  expect(await hints.count()).toBeGreaterThan(1)
  expect(await hints.nth(1).isVisible()).toBe(false)
  await hints.first().locator('summary').click()
  expect(await hints.nth(1).isVisible()).toBe(true)

  const solution = task.locator('.solution')
  const step = solution.locator('figure.terminal').first()
  expect(await step.isVisible()).toBe(false)
  await solution.locator('> summary').click()
  expect(await step.isVisible()).toBe(true)

  const check = page.locator('section.check').first()
  expect(await check.locator('dt').allInnerTexts()).toEqual(['expected', 'saw', 'why'])
  await check.locator('.source summary').click()
  expect(await check.locator('.source code').last().innerText()).toContain('look(bench')
})

test('terminals that are used together stand side by side', async () => {
  await open('lessons/pid/')
  const beside = page.locator('.terminals').first().locator('> figure')
  const boxes = await beside.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
  expect(boxes.length).toBe(2)
  expect(boxes[0]).toBe(boxes[1])
  await page.setViewportSize({ width: 800, height: 1000 })
  const [above, below] = await beside.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
  expect(below).toBeGreaterThan(above!)
})

test('code leads to its file, a page to its source, a lesson to the next', async () => {
  await open('lessons/pid/')
  const file = page.locator('figure.snippet figcaption a', { hasText: 'src/container/pid.ts' })
  expect(await file.first().getAttribute('href')).toMatch(
    new RegExp(`^${repository}/blob/main/src/container/pid\\.ts#L\\d+$`),
  )
  const edit = page.locator('.edit-link-button')
  expect(await edit.getAttribute('href')).toBe(`${repository}/edit/main/lessons/01-pid/lesson.md`)
  await page.locator('.pager-link.next').click()
  await page.waitForURL('**/lessons/mnt/')
})

test('the end of a lesson says what it proved, where, and how to do it oneself', async () => {
  await open('lessons/pid/')
  const end = page.locator('.lesson-end')
  expect(await end.innerText()).toContain('cooper learn pid')
  await end.locator('.claims a', { hasText: 'P3' }).click()
  await page.waitForURL('**#check-one-way')
  const manual = await end
    .locator('.manual a')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href')))
  expect(manual).toContain('https://man7.org/linux/man-pages/man2/clone.2.html')
})

test('one version of control groups is shown, and every page remembers which', async ({ skip }) => {
  await open('lessons/cgroups/')
  const one = page.locator('.cgroup-switch').first()
  if (!(await one.count())) return skip('no lesson has variants')
  const first = page.locator('[data-when="cgroup-v1"]').first()
  const second = page.locator('[data-when="cgroup-v2"]').first()
  expect([await first.isVisible(), await second.isVisible()]).toEqual([false, true])
  await one.getByLabel('v1').check()
  expect([await first.isVisible(), await second.isVisible()]).toEqual([true, false])
  await page.reload()
  await first.waitFor()
  expect([await first.isVisible(), await second.isVisible()]).toEqual([true, false])
})

test('the tour on the home page plays, pauses and ends; who wants less motion sees it all at once', async () => {
  await open('')
  const tour = page.locator('.recorded-tour')
  const hidden = tour.locator('.later')
  expect(await hidden.count()).toBe(0)
  const button = tour.getByRole('button')
  await button.focus()
  await page.keyboard.press('Enter')
  expect(await button.innerText()).toContain('Pause')
  expect(await hidden.count()).toBeGreaterThan(5)
  await page.keyboard.press('Enter')
  expect(await button.innerText()).toContain('Play')
  const left = await hidden.count()
  await page.waitForTimeout(1500)
  expect(await hidden.count()).toBe(left)
})

test('the same place in the other language', async () => {
  await open('lessons/pid/#step-leak')
  await page.locator('.VPNavBar .VPNavBarTranslations button').hover()
  await page.locator('.VPNavBarTranslations a', { hasText: '简体中文' }).click()
  await page.waitForURL('**/zh/lessons/pid/#step-leak')
  await page.locator('h1', { hasText: '自己的进程号' }).waitFor()
  expect(await page.locator('#step-leak').innerText()).toContain('pgrep -x webserver')
})

test.each([
  ['guide/doctor/', '简体中文', 'zh/', '亲手造一个'],
  ['lessons/mnt/', '简体中文', 'zh/', '亲手造一个'],
  ['zh/lessons/pid/', 'English', 'lessons/pid/', 'A process of its own'],
  ['zh/', 'English', '', 'A container is a process'],
])('the other language of %s: %s', async (from, language, to, heading) => {
  await open(from)
  await page.locator('.VPNavBar .VPNavBarTranslations button').hover()
  await page.locator('.VPNavBarTranslations a', { hasText: language }).click()
  await page.waitForURL(site.url + to)
  await page.locator('h1', { hasText: heading }).waitFor()
})

test.each([
  ['', '.actions a >> nth=0', 'lessons/process/'],
  ['', '.actions a >> nth=1', 'guide/how-it-works/'],
  ['', '.lesson-list a >> nth=2', 'lessons/mnt/'],
  ['zh/', '.actions a >> nth=0', 'zh/lessons/pid/'],
  ['zh/', '.lesson-list a >> nth=0', 'zh/lessons/pid/'],
])('home /%s: %s leads to a page', async (from, link, to) => {
  await open(from)
  await page.locator(link).click()
  await page.waitForURL(site.url + to)
  await page.locator('main h1').waitFor()
})
