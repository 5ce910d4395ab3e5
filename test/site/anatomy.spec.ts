import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anatomy, readRun, staleRun } from '../../site/build/anatomy.ts'
import { build } from './support/build.ts'
import { copy } from './support/copy.ts'
import { openSite } from './support/site.ts'

const site = openSite()
const plain = { javaScriptEnabled: false }

describe('anatomy of a run', () => {
  const { calls, total } = anatomy()
  const named = (name: string) => calls.findIndex(({ call }) => call.startsWith(name))

  test('on a narrow screen all that is said of a call is in sight', () =>
    site.show('guide/anatomy/', {}, async (page) => {
      await page.setViewportSize({ width: 360, height: 740 })
      const cut = await page.locator('.bars button').evaluateAll(async (bars) => {
        const told = document.querySelector('.told')!
        const hidden: number[] = []
        for (const bar of bars as HTMLButtonElement[]) {
          bar.click()
          await new Promise(requestAnimationFrame)
          hidden.push(told.scrollHeight - told.clientHeight)
        }
        return Math.max(...hidden)
      })
      expect(cut).toBe(0)
    }))

  test('what was recorded is the plan of today, with a time for each call', () => {
    expect(staleRun()).toEqual([])
    for (const [what, nanoseconds] of readRun().calls) expect(nanoseconds, what).toBeGreaterThan(0)
    const run = readRun()
    run.calls.splice(3, 1)
    expect(staleRun(run)).toEqual([
      expect.stringMatching(/older than the plan: it has "born: clone.*for "claim: nft/),
    ])
  })

  test('nobody waits for a program that runs meanwhile, but the child', () => {
    const nft = calls[named('nft')]!
    const next = calls[named('nft') + 1]!
    expect([nft.meanwhile, next.from]).toEqual([true, nft.from])
    const child = calls.find(({ side }) => side === 'child')!
    expect(child.from).toBeGreaterThanOrEqual(nft.from + nft.took)
    expect(total).toBeGreaterThan(child.from)
  })

  test('each call can be chosen, by mouse and by keyboard, and says why it is made', () =>
    site.show('guide/anatomy/', {}, async (page) => {
      const told = page.locator('.run-anatomy .told')
      const bars = page.getByRole('toolbar').getByRole('button')
      expect(await bars.count()).toBe(calls.length)

      await bars.nth(named('pivot_root')).click()
      expect(await told.innerText()).toContain('pivot_root(".", ".")')
      expect(await told.innerText()).toContain('the old root lands on top of the new one')
      expect(await told.getByRole('link').getAttribute('href')).toBe('/cooperage/lessons/mnt/')

      await page.keyboard.press('ArrowRight')
      expect(await told.locator('code').innerText()).toBe('umount2(".", MNT_DETACH)')
      await page.keyboard.press('ArrowDown')
      expect(await told.innerText()).toMatch(/settle: names, addresses/)
      await page.keyboard.press('Home')
      expect(await told.innerText()).toContain(`call 1 of ${calls.length}`)
      await page.keyboard.press('ArrowLeft')
      expect(await page.evaluate('document.activeElement.dataset.index')).toBe('0')
      // One stop of the Tab key for all of them.
      expect(
        await bars.evaluateAll((all) => all.filter((one) => one.getAttribute('tabindex') === '0').length),
      ).toBe(1)
    }))

  test('without JavaScript the calls are a list', () =>
    site.show('guide/anatomy/', plain, async (page) => {
      expect(await page.locator('.run-anatomy .strip rect').count()).toBe(calls.length + 1)
      await page.locator('.run-anatomy summary').click()
      expect(await page.locator('.run-anatomy li').allInnerTexts()).toHaveLength(calls.length)
      expect(await page.locator('.run-anatomy li').nth(named('clone')).innerText()).toMatch(
        /CLONE_NEWPID.* µs/,
      )
    }))

  test('the site does not build when the plan has other calls', async () => {
    const project = copy()
    const file = join(project, 'site/recorded/run.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('pivot: pivot_root', 'pivot: chroot'))
    const { ok, said } = await build(project, join(project, 'out'), '/')
    expect(ok).toBe(false)
    expect(said).toContain('site/recorded/run.json is older than the plan')
  })
})

describe('a picture in a lesson', () => {
  test('has a caption, and is told what stands behind its name', () =>
    site.show('lessons/user/', {}, async (page) => {
      const figure = page.locator('figure.named-picture', { has: page.locator('.id-map') })
      expect(await figure.locator('figcaption').innerText()).not.toBe('')
      expect(await figure.locator('svg').getAttribute('aria-label')).toContain('appears inside as 65534')
      const [, first = ''] = await figure.locator('tr').allInnerTexts()
      expect(first.split(/\s+/)).toEqual(['0', '1000', '1'])
    }))

  test('the tree of groups is the one of the chosen version; without JavaScript there are both', async () => {
    await site.show('lessons/cgroups/', {}, async (page) => {
      const trees = page.locator('.cgroup-tree')
      const limit = (name: string) => trees.locator('text', { hasText: name }).first()
      expect(await limit('memory.max').isVisible()).toBe(true)
      expect(await limit('memory.limit_in_bytes').isVisible()).toBe(false)
      await trees.getByLabel('v1').check()
      expect(await limit('memory.max').isVisible()).toBe(false)
      expect(await limit('memory.limit_in_bytes').isVisible()).toBe(true)
    })

    await site.show('lessons/cgroups/', plain, async (page) => {
      for (const one of await page.locator('.cgroup-tree svg').all()) expect(await one.isVisible()).toBe(true)
    })
  })

  test('that nobody has drawn is refused, with its place', async () => {
    const project = copy()
    const file = join(project, 'lessons/04-uts/lesson.md')
    const text = readFileSync(file, 'utf8').replace(
      '\n## ',
      '\n::: picture nobody\nIt is not there.\n:::\n\n## ',
    )
    writeFileSync(file, text)
    const line = text.slice(0, text.indexOf('::: picture nobody')).split('\n').length
    const { ok, said } = await build(project, join(project, 'out'), '/')
    expect(ok).toBe(false)
    expect(said).toContain(`lessons/04-uts/lesson.md:${line}: no picture "nobody"`)
  })
})
