// Everything that a mouse does, without one.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open } from './browser'
import { quick, Server } from './server'

let server: Server
let browser: Browser
let page: Page
let campaign: string

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  const [trunk, workflow, list] = await Promise.all([
    server.trunk(2, { ...quick, talk_ms: [600, 900], mix: { completed: 1 } }),
    server.workflow(),
    server.list(400),
  ])
  const made = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'By hand',
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk.id,
  })
  campaign = made.id
  page = await open(browser, server.url)
  await page.getByRole('link', { name: 'By hand' }).waitFor()
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
  }
})

const focused = () =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '')

/** Goes on with Tab until what has this name has the focus. */
async function tab_to(name: string, most = 40): Promise<void> {
  for (let pressed = 0; pressed < most; ++pressed) {
    await page.keyboard.press('Tab')
    if ((await focused()).includes(name)) return
  }
  throw new Error(`${name} was not reached; ${await focused()} has the focus`)
}

const status = async () => (await server.get<{ status: string }>(`/v1/campaigns/${campaign}`)).status

test('the menu is passed over, and what has the focus can be seen', async () => {
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the page')
  await page.keyboard.press('Enter')
  await tab_to('New campaign', 1)
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
  expect(outline).not.toBe('none')
})

test('a campaign is started, paused and resumed, and a question can be left', async () => {
  await tab_to('Start By hand')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(await focused()).toBe('Start calling')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await status()).toBe('draft')
  expect(await focused()).toBe('Start By hand')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Pause By hand' }).waitFor()
  expect(await status()).toBe('running')
})

test('a page is opened with its link, and its menu of acts with its button', async () => {
  await page.getByRole('link', { name: 'By hand' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'By hand' }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  await tab_to('More')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Clone')
  await page.keyboard.press('Escape')
  expect(await focused()).toBe('More')
  await tab_to('Pause')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Resume' }).waitFor()
})

test('a chart is read step by step', async () => {
  const chart = page.getByRole('figure', { name: 'Calls at one time' })
  await chart.focus()
  const shown = () => chart.locator('figcaption span').textContent()
  const goes_to = async (key: string) => {
    await page.keyboard.press(key)
    return shown()
  }
  // A campaign that has just begun may have a single bar yet.
  await expect.poll(async () => (await goes_to('Home')) !== (await goes_to('End')), { timeout: 30_000 }).toBe(true)
  const last = await shown()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(shown).not.toBe(last)
})
