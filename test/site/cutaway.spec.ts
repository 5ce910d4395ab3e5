import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { isWall } from '../../site/components/pictures/cutaway/wall.ts'
import { pieces } from '../../src/container/pieces.ts'
import { findLessons } from '../../src/literate/lessons.ts'
import { build, root } from './support/build.ts'
import { copy } from './support/copy.ts'
import { letterSizes, violations } from './support/readable.ts'
import { serve } from './support/server.ts'
import { openSite } from './support/site.ts'

const walls = findLessons(root).flatMap(({ id }) => (isWall(id) ? [id] : []))

const site = openSite()

const laptop = { viewport: { width: 1280, height: 900 } }
const phone = { viewport: { width: 360, height: 740 } }

describe('the cutaway', () => {
  const home = (options: BrowserContextOptions, visitor: (page: Page) => Promise<void>) =>
    site.show('', options, visitor)

  test('has a wall for every piece of a container', () => {
    for (const { lesson } of pieces) expect(walls).toContain(lesson)
  })

  test('walls are put up in the order of the lessons, and taken down', () =>
    home(laptop, async (page) => {
      const cutaway = page.locator('.cutaway')
      const picture = cutaway.locator('svg:visible')
      const status = cutaway.getByRole('status')
      const next = cutaway.locator('.next')
      expect(await picture.getAttribute('aria-label')).toContain(`between them: ${walls.join(', ')}.`)
      await next.click()
      expect(await picture.getAttribute('aria-label')).toContain('No wall')
      for (const wall of walls) {
        expect(await next.innerText()).toBe(`Put up ${wall}`)
        await next.click()
        expect(await status.innerText()).toContain(`The wall ${wall} is up.`)
        expect(await cutaway.locator('.panel li').count()).toBeGreaterThan(1)
      }
      await cutaway.getByRole('button', { name: 'Take one down' }).click()
      expect(await status.innerText()).toContain(`The wall ${walls.at(-1)} is not up.`)
      expect(await cutaway.locator('.count').innerText()).toBe(`${walls.length - 1} of ${walls.length} walls`)
    }))

  test('a click on a wall says what crosses it, one on the kernel that nothing stands in it', () =>
    home(laptop, async (page) => {
      const cutaway = page.locator('.cutaway')
      await cutaway.getByRole('button', { name: 'user:' }).click()
      const panel = cutaway.locator('.panel')
      expect(await panel.locator('ul.crosses').innerText()).toContain('0 here is 100000 there')
      expect(await panel.locator('ul.stops').innerText()).toContain('power of root')
      expect(await panel.getByRole('link').getAttribute('href')).toBe('/cooperage/lessons/user/')
      await cutaway.getByRole('button', { name: 'One kernel' }).click()
      expect(await panel.getByRole('status').innerText()).toContain('No wall goes through the kernel')
      expect(await panel.locator('ul.stops').count()).toBe(0)
    }))

  test('by keyboard: Tab, arrows, Enter, and the slider', () =>
    home(laptop, async (page) => {
      const cutaway = page.locator('.cutaway')
      const status = cutaway.getByRole('status')
      await cutaway.getByRole('slider').focus()
      await page.keyboard.press('ArrowLeft')
      expect(await status.innerText()).toContain(`The wall ${walls.at(-1)} is not up.`)
      await page.keyboard.press('Home')
      expect(await status.innerText()).toContain('The wall pid is not up.')
      await page.keyboard.press('Tab')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('ArrowUp')
      expect(await page.evaluate('document.activeElement.ariaLabel')).toMatch(/^net: /)
      expect(await status.innerText()).toContain('The wall net is not up.')
      await cutaway.locator('.next').focus()
      await page.keyboard.press('Enter')
      expect(await status.innerText()).toContain('The wall pid is up.')
    }))

  test('nothing in it moves for who wants less motion, and something does for others', async () => {
    const moving = (page: Page) =>
      page.evaluate(
        'document.querySelector(".cutaway").getAnimations({ subtree: true }).filter(({ animationName }) => animationName).length',
      )
    await home(laptop, async (page) => expect(await moving(page)).toBe(0))
    await home({ ...laptop, reducedMotion: 'no-preference' }, async (page) => {
      await page.locator('.cutaway').scrollIntoViewIfNeeded()
      await page.locator('.cutaway').getByRole('button', { name: 'net:' }).click()
      expect(await moving(page)).toBeGreaterThan(0)
    })
  })

  test('without JavaScript all walls stand, are told in words, and no button is dead', () =>
    home({ ...laptop, javaScriptEnabled: false }, async (page) => {
      const cutaway = page.locator('.cutaway')
      expect(await cutaway.locator('svg:visible .storey.shut').count()).toBe(walls.length)
      expect(await cutaway.locator('button:visible').count()).toBe(0)
      await cutaway.locator('summary').click()
      const words = await cutaway.locator('dl').innerText()
      for (const wall of walls) expect(words).toContain(`${wall} · `)
      expect(words).toContain('From outside, SIGKILL ends process 1')
    }))

  test('in Chinese on the Chinese page', () =>
    site.show('zh/', laptop, async (page) => {
      const cutaway = page.locator('.cutaway')
      await cutaway.getByRole('button', { name: 'uts:' }).click()
      expect(await cutaway.getByRole('status').innerText()).toContain('uts 这道墙已砌好')
      const link = cutaway.locator('.more a')
      expect(await link.getAttribute('href')).toBe('/cooperage/lessons/uts/')
    }))

  test.each([
    ['light', laptop],
    ['dark', laptop],
    ['light', phone],
  ] as const)('fits and can be read: %s %o', (colorScheme, device) =>
    home({ ...device, colorScheme }, async (page) => {
      expect(await violations(page, '.cutaway')).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(device.viewport.width)
      const small = await smallest(page, '.cutaway')
      expect(small).toBeGreaterThanOrEqual(11.9)
      expect(await page.locator('.cutaway .storeys button:visible').count()).toBe(walls.length + 1)
    }),
  )
})

test('on a page: the walls up to a lesson, the tree of processes, the propagation of mounts', async () => {
  const project = copy()
  writeFileSync(
    join(project, 'site/drawn.md'),
    '# Drawn\n\n<NamedPicture name="cutaway" upto="mnt" />\n<NamedPicture name="pid-tree" />\n<NamedPicture name="propagation" />\n',
  )
  const built = await build(project, join(project, 'out'), '/')
  expect(built.said).toMatch(/build complete/)
  const own = await serve(built)
  for (const options of [laptop, { ...phone, colorScheme: 'dark' as const }]) {
    await site.show(`${own.url}drawn/`, options, async (page) => {
      expect(await page.locator('.cutaway .count').innerText()).toBe(`2 of ${walls.length} walls`)
      expect(await page.locator('.cutaway').getByRole('status').innerText()).toContain('The wall mnt is up.')
      expect(await page.locator('.cutaway .more').count()).toBe(0)
      const tree = page.locator('.pid-tree svg')
      expect(await tree.getAttribute('aria-label')).toContain('bash is 662 on the machine and 1 inside')
      const mounts = page.locator('.propagation svg')
      expect(await mounts.getAttribute('aria-label')).toContain('A slave copy hears of A and B')
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(options.viewport.width)
      for (const picture of ['.cutaway', '.pid-tree', '.propagation']) {
        expect(await violations(page, picture)).toEqual([])
        expect(await smallest(page, picture)).toBeGreaterThanOrEqual(11.9)
      }
    })
  }
  own.close()
})

/** Of the letters in a drawing, the size of the smallest. */
const smallest = async (page: Page, selector: string) =>
  Math.min(...(await letterSizes(page.locator(`${selector} svg:visible text`))))
