import { expect, test } from 'vitest'
import { unfold } from './support/browser.ts'
import { openSite } from './support/site.ts'

// What is where, and what is not there, on screens of several widths.

const site = openSite()

const screen = (width: number) => ({ viewport: { width, height: 900 } })

test('a tab in a transcript ends at the next of eight columns', () =>
  site.show('lessons/mnt/', {}, async (page) => {
    const sizes = await page
      .locator('pre')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).tabSize))
    expect(new Set(sizes)).toEqual(new Set(['8']))
  }))

test('at 1280 pixels two terminals stand side by side, and the headings are in the menu above', () =>
  site.show('lessons/net/', screen(1280), async (page) => {
    await unfold(page)
    const [left, right] = await page
      .locator('.terminals')
      .first()
      .locator('figure')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()))
    expect(right!.top).toBe(left!.top)
    expect(right!.left).toBeGreaterThan(left!.right)
    expect(await page.locator('.VPDocAside').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'On this page' }).click()
    expect(await page.locator('.VPLocalNavOutlineDropdown a').count()).toBeGreaterThan(5)
  }))

test('one caption to a picture: no figure stands in a figure', () =>
  site.show('lessons/mnt/', {}, async (page) => {
    expect(await page.locator('figure.named-picture').count()).toBeGreaterThan(1)
    expect(await page.locator('figure figure, .picture figcaption').count()).toBe(0)
  }))

test.each([1280, 1440])('all of Docker’s flags are in sight on a screen of %i pixels', (width) =>
  site.show('reference/docker/', screen(width), async (page) => {
    const cut = await page
      .locator('table')
      .evaluateAll((all) => all.map((table) => table.scrollWidth - table.clientWidth))
    expect(cut.length).toBe(5)
    expect(Math.max(...cut)).toBe(0)
  }),
)

test('Docker’s flags lead to the lessons that show them', () =>
  site.show('reference/docker/', {}, async (page) => {
    for (const lesson of ['cgroups', 'overlay', 'container'])
      expect(await page.locator(`td a[href$="/lessons/${lesson}/"]`).count()).toBeGreaterThan(0)
  }))

test('what doctor sets as code can be typed', () =>
  site.show('guide/doctor/', {}, async (page) => {
    const ways = await page.locator('main li code').allInnerTexts()
    expect(ways).toContain('sudo sysctl -w user.max_user_namespaces=10000')
    expect(ways).toContain('npm run build:native')
    for (const way of ways) expect(way).not.toMatch(/^or |\((until|for|the) |, then /)
  }))

test('without JavaScript nothing is there that would need it', async () => {
  const plain = { ...screen(1280), javaScriptEnabled: false }
  for (const path of ['', 'guide/install/', 'lessons/pid/']) {
    await site.show(path, plain, async (page) => {
      const dead = page.locator(
        '.recorded-tour button, .copy button, button.copy, .VPNavBarSearch, .VPSwitchAppearance',
      )
      expect(await dead.locator('visible=true').count()).toBe(0)
    })
  }
  // To have answered 404 is an error on its console, and right.
  const { page, close } = await site.page(plain)
  await page.goto(`${site.url}nowhere/`)
  expect(
    await page.evaluate('getComputedStyle(document.querySelector("#app"), "::before").content'),
  ).toContain('404')
  await close()
})
