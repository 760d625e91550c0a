// Debian's Chromium, looked at by tests.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { expect } from 'vitest'

const axe_source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const screenshots = process.env['SCREENSHOTS'] ?? '../build/screenshots'

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
  })
}

/** What a page says that it should not: scripts that fail, things the policy forbids. */
const faults = new WeakMap<Page, string[]>()

/** A server that is away is what some tests are about. */
const expected = /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket connection|status of (401|409|412|422)/

export async function open(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const said: string[] = []
  faults.set(page, said)
  page.on('pageerror', (it) => said.push(String(it)))
  page.on('console', (it) => it.type() === 'error' && !expected.test(it.text()) && said.push(it.text()))
  await page.goto(address)
  return page
}

export async function close(page: Page): Promise<void> {
  expect(faults.get(page)).toEqual([])
  await page.context().close()
}

export async function shot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' })
}

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary: string }[] }[]
}

/** Nothing that axe knows to keep somebody out. */
export async function expect_accessible(page: Page): Promise<void> {
  await page.evaluate(axe_source)
  const result = (await page.evaluate('axe.run()')) as AxeResult
  const said = result.violations.map((it) => ({ id: it.id, at: it.nodes.map((one) => `${one.html} ${one.failureSummary}`) }))
  expect(said, page.url()).toEqual([])
}

const is_too_wide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

/** As it stands now: nothing is wider than the screen, and nobody is kept out. */
export async function expect_fit(page: Page, name = page.url()): Promise<void> {
  expect(await is_too_wide(page), `${name} is wider than the screen`).toBe(false)
  await expect_accessible(page)
}

/** By day and by night, on a desk and on a phone; with a picture of each if it has a name. */
export async function expect_fit_in_every_dress(page: Page, name?: string): Promise<void> {
  const desk = page.viewportSize()!
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [place, size] of [['', desk], ['phone-', { width: 390, height: 844 }]] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(size)
      if (name) await shot(page, `${name}-${place}${colorScheme}`)
      await expect_fit(page, name)
    }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(desk)
}
