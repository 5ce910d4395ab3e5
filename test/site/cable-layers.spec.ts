import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Journey, journeys } from '../../site/components/pictures/cable/journeys.ts'
import loader from '../../site/components/pictures/cable/network.data.ts'
import { letterSizes, light, violations } from './support/readable.ts'
import { openSite } from './support/site.ts'

// Two pictures to play with: the cable and the layers. What layers do is asked of the kernel in layers-model.test.ts.

const site = openSite()

const network = loader.load()
const named = (name: string): Journey => journeys(network).find((one) => one.name === name)!

/** Shows a picture to a visitor. */
const look = (
  which: 'cable' | 'layers',
  visitor: (picture: Locator, page: Page) => Promise<void>,
  options: BrowserContextOptions = { viewport: { width: 1280, height: 900 } },
) =>
  site.show(`lessons/${{ cable: 'net', layers: 'overlay' }[which]}/`, options, (page) =>
    visitor(page.locator(`.${which}.toy`), page),
  )

const press = (picture: Locator, name: string) => picture.getByRole('button', { name, exact: true }).click()
const choose = (picture: Locator, name: string) => picture.getByText(name, { exact: true }).first().click()
const told = (picture: Locator) => picture.locator('[aria-live]').innerText()

/** What the drawing has under a class, as it is read from above. */
const drawn = (picture: Locator, selector: string) => picture.locator(`.with-script svg:visible ${selector}`)

test('the rules that the cable shows are those of a container', () => {
  for (const rule of Object.values(network.rules)) expect(rule).not.toBe('')
  expect(network.rules.masquerade).toContain(network.first)
  expect(network.rules.dnat).toContain(`${network.first}:80`)
})

test('a packet is rewritten where a rule says so, one end at a time, and nowhere else', () => {
  const rewritten = (name: string) =>
    named(name).steps.flatMap(({ at, changed }) =>
      changed && changed !== 'new' ? [`${changed} at ${at}`] : [],
    )
  expect(rewritten('Out')).toEqual(['from at nat', 'to at nat'])
  expect(rewritten('In, with -p 8080:80')).toEqual(['to at nat', 'from at nat'])
  for (const name of ['To a neighbour', 'From 127.0.0.1', 'In, without -p'])
    expect(rewritten(name)).toEqual([])
})

test('every answer goes to whom it was asked by, and comes from whom was asked', () => {
  for (const name of ['Out', 'In, with -p 8080:80', 'To a neighbour', 'From 127.0.0.1']) {
    const [first, last] = [named(name).steps[0]!, named(name).steps.at(-1)!]
    expect([last.at, last.from, last.to]).toEqual([first.at, first.to, first.from])
  }
})

test('the cable: by mouse, the way out, where the source is rewritten', () =>
  look('cable', async (cable) => {
    const { steps } = named('Out')
    for (const [index, { says, from, to, changed }] of steps.entries()) {
      expect(await told(cable)).toContain(says)
      expect(await drawn(cable, '.card .end').allTextContents()).toEqual([from, to])
      expect(await drawn(cable, '.card .changed').count()).toBe(
        changed === 'from' || changed === 'to' ? 1 : 0,
      )
      expect(await cable.locator('.count').innerText()).toBe(`${index + 1} of ${steps.length}`)
      if (index < steps.length - 1) await press(cable, 'Next')
    }
    // At the end there is no more, and nothing happens.
    await cable.getByRole('button', { name: 'Next' }).click({ force: true })
    expect(await told(cable)).toContain(steps.at(-1)!.says)
    await press(cable, 'Back')
    expect(await told(cable)).toContain(steps.at(-2)!.says)
  }))

test('the cable: by keyboard, a port that is not published', () =>
  look('cable', async (cable, page) => {
    const { name, steps } = named('In, without -p')
    await cable.getByRole('radio').first().focus()
    for (let at = 0; at < 4; at++) await page.keyboard.press('ArrowDown')
    expect(await cable.getByRole('radio', { name, exact: true }).isChecked()).toBe(true)
    expect(await told(cable)).toContain(steps[0]!.says)
    await page.keyboard.press('Tab')
    for (let at = 1; at < steps.length; at++) await page.keyboard.press('ArrowRight')
    expect(await told(cable)).toContain(network.rules.drop)
    expect(await drawn(cable, '.packet.dropped').count()).toBe(1)
    await page.keyboard.press('ArrowLeft')
    expect(await drawn(cable, '.packet.dropped').count()).toBe(0)
  }))

test('the cable plays, and stops when it is told to', () =>
  look('cable', async (cable, page) => {
    await press(cable, 'Play')
    expect(await told(cable)).toContain(named('Out').steps[1]!.says)
    await cable.getByText('3 of 9').waitFor({ timeout: 20_000 })
    await press(cable, 'Pause')
    const paused = await told(cable)
    await page.waitForTimeout(300)
    expect(await told(cable)).toBe(paused)
    expect(await cable.getByRole('button', { name: 'Play' }).count()).toBe(1)
  }))

test('the packet travels along the wires, for whom motion is welcome', () =>
  look(
    'cable',
    async (cable) => {
      const moves = () => drawn(cable, '.packet').evaluate((packet) => packet.getAnimations().length)
      expect(await moves()).toBe(0)
      await press(cable, 'Next')
      expect(await moves()).toBe(1)
    },
    { reducedMotion: 'no-preference', viewport: { width: 1280, height: 900 } },
  ))

test('the layers: copy-up, a whiteout, an opaque directory, a commit and a reset', () =>
  look('layers', async (layers) => {
    const cells = (row: string) => drawn(layers, `[data-layer="${row}"] .cell text`).allTextContents()
    expect(await cells('upper')).toEqual([])

    await press(layers, 'Read')
    expect(await told(layers)).toContain('found first in app')
    await press(layers, 'Write')
    expect(await told(layers)).toContain('copied up')
    expect(await cells('upper')).toEqual(['open', '+ 1 line'])
    expect(await cells('app')).toEqual(['open', 'barrels'])

    await choose(layers, '/etc/password')
    await press(layers, 'Delete')
    expect(await told(layers)).toMatch(/base still has it.*character device/)
    expect(await cells('upper')).toContain('whiteout')

    await choose(layers, '/var/note')
    await press(layers, 'Create')
    await press(layers, 'Delete')
    expect(await told(layers)).toContain('no whiteout is needed')

    await choose(layers, '/var/log')
    await press(layers, 'Delete')
    await press(layers, 'Make')
    expect(await told(layers)).toContain('trusted.overlay.opaque')
    expect(await cells('upper')).toContain('opaque')
    expect(await drawn(layers, '.tray.opaque').count()).toBe(1)

    await press(layers, 'Commit')
    expect(await cells('upper')).toEqual([])
    expect(await cells('commit 1')).toContain('whiteout')
    expect(await layers.getByRole('button', { name: 'Commit' }).isDisabled()).toBe(true)
    await press(layers, 'Reset')
    expect(await drawn(layers, '[data-layer]').count()).toBe(3)
  }))

test('the layers: by keyboard', () =>
  look('layers', async (layers, page) => {
    await layers.getByRole('radio').first().focus()
    await page.keyboard.press('ArrowRight')
    expect(await layers.getByRole('radio', { name: '/etc/password' }).isChecked()).toBe(true)
    for (let at = 0; at < 3; at++) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await told(layers)).toContain('rm /etc/password')
    expect(await layers.locator('svg:visible').getAttribute('aria-label')).toContain(
      '/etc/password (whiteout)',
    )
  }))

test('the layers on a narrow screen: what is seen has its name, too', () =>
  look(
    'layers',
    async (layers) => {
      expect(await drawn(layers, '.layer').allTextContents()).toEqual(
        ['merged', ' upper ', ' app ', ' base '].map((one) => expect.stringContaining(one.trim())),
      )
    },
    { viewport: { width: 360, height: 740 } },
  ))

test.each([
  ['cable', 360],
  ['cable', 1280],
  ['layers', 360],
  ['layers', 1280],
] as const)('%s: nothing is too small or too wide on a screen of %i pixels', (which, width) =>
  look(
    which,
    async (picture, page) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      const sizes = await letterSizes(drawn(picture, 'text'))
      expect(sizes.length).toBeGreaterThan(10)
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12)
    },
    { viewport: { width, height: 740 } },
  ),
)

test.each(['cable', 'layers'] as const)(
  '%s: right for everybody in each of its states, light and dark',
  (which) =>
    look(which, async (picture, page) => {
      if (which === 'cable') {
        await choose(picture, 'In, with -p 8080:80')
        await press(picture, 'Next')
      } else {
        await press(picture, 'Write')
        await choose(picture, '/var/log')
        await press(picture, 'Delete')
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await light(page, colorScheme)
        expect(await violations(page, `.${which}.toy`), colorScheme).toEqual([])
      }
    }),
)

test('without JavaScript all journeys are told, and what a few commands leave', async () => {
  const plain = { javaScriptEnabled: false }
  await look(
    'cable',
    async (cable) => {
      const text = (await cable.innerText()).replace(/\s+/g, ' ')
      for (const { steps } of journeys(network)) for (const { says } of steps) expect(text).toContain(says)
      expect(await cable.getByRole('button').count()).toBe(0)
      expect(await cable.locator('svg:visible .card .changed').count()).toBe(1)
    },
    plain,
  )
  await look(
    'layers',
    async (layers) => {
      const marks = await layers.locator('svg:visible .cell text').allTextContents()
      for (const mark of ['+ 1 line', 'whiteout', 'opaque']) expect(marks).toContain(mark)
      expect(await layers.locator('li', { hasText: 'mkdir /var/log' }).innerText()).toContain('opaque')
      expect(await layers.getByRole('button').count()).toBe(0)
    },
    plain,
  )
})
