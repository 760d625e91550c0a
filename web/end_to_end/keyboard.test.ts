// Everything that a mouse does, without one.
import type { Browser, FileChooser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open } from './browser'
import { phone, quick, Server } from './server'

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

const has_focus = (it: Locator) => it.evaluate((one) => one === document.activeElement)

/** Goes on with Tab until `it`, which may still be on its way, has the focus. */
async function tab_to(it: Locator, most = 40): Promise<void> {
  await it.waitFor()
  for (let pressed = 0; pressed < most; ++pressed) {
    await page.keyboard.press('Tab')
    if (await has_focus(it)) return
  }
  throw new Error(`${it} was not reached; ${await focused()} has the focus`)
}

const button = (name: string) => page.getByRole('button', { name, exact: true })
const link = (name: string) => page.getByRole('link', { name, exact: true })
const more = () => page.locator('summary', { hasText: 'More' })

/** A page that was gone to takes the focus, and only then the keys. */
const open_at = async (path: string) => {
  await page.goto(`${server.url}/#${path}`)
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
}

const status = async () => (await server.get<{ status: string }>(`/v1/campaigns/${campaign}`)).status

test('the menu is passed over, and what has the focus can be seen', async () => {
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the page')
  await page.keyboard.press('Enter')
  await tab_to(link('New campaign'), 1)
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
  expect(outline).not.toBe('none')
})

test('a campaign is started, paused and resumed, and a question can be left', async () => {
  await tab_to(button('Start By hand'))
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
  await tab_to(more())
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Clone')
  await page.keyboard.press('Escape')
  expect(await focused()).toBe('More')
})

test('a chart is read step by step', async () => {
  const chart = page.getByRole('figure', { name: 'Calls at one time' })
  await chart.focus()
  const shown = () => chart.locator('figcaption span').textContent()
  const goes_to = async (key: string) => {
    await page.keyboard.press(key)
    return shown()
  }
  // A campaign that has just begun may have a single bar yet, and gets more while it runs.
  await expect.poll(async () => (await goes_to('Home')) !== (await goes_to('End'))).toBe(true)
  const last = await shown()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(shown).not.toBe(last)
})

test('a button that says something else when it was pressed keeps the focus', async () => {
  await tab_to(button('Pause'))
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Enter')
  await button('Resume').waitFor()
  expect(await focused()).toBe('Resume')
})

/** Goes to an edge of a table. Chromium glides there, and now and then loses a key while rows
 *  are drawn: whoever sees that nothing moves presses it again. */
async function glide(key: 'Home' | 'End', table: Locator): Promise<void> {
  const left = (it: Element, home: boolean) => (home ? it.scrollTop : it.scrollHeight - it.scrollTop - it.clientHeight)
  const press = async () => {
    await page.keyboard.press(key)
    return table.evaluate(left, key === 'Home')
  }
  await expect.poll(press, { interval: 300 }).toBeLessThan(1)
}

test('a long table is scrolled, the focus stays where it was put, and a contact is opened', async () => {
  await page.goto(`${server.url}/#/campaigns/${campaign}/contacts`)
  const table = page.getByRole('region', { name: 'Contacts' })
  await tab_to(table)
  await glide('End', table)
  await link(phone(399)).waitFor()
  await glide('Home', table)
  await tab_to(link(phone(0)), 1)
  await glide('End', table)
  await link(phone(399)).waitFor()
  await link(phone(200)).waitFor({ state: 'detached' })
  expect(await focused()).toBe(phone(0))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: phone(0) }).waitFor()
})

test('a run is opened from the table of all', async () => {
  await page.goto(`${server.url}/#/campaigns/${campaign}/runs`)
  const run = page.getByRole('table', { name: 'Runs' }).getByRole('link').first()
  await tab_to(run)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'What happened' }).waitFor()
})

test('a contact is given its time, and the focus goes with the question', async () => {
  await open_at(`/campaigns/${campaign}/contacts/400`)
  await tab_to(page.locator('.sub-head').locator('summary'))
  await page.keyboard.press('Enter')
  await tab_to(button('Call at …'))
  await page.keyboard.press('Enter')
  await expect.poll(focused).toBe('Call at')
  await tab_to(button('Call then'))
  await page.keyboard.press('Enter')
  await page.locator('.sub-head .badge', { hasText: 'Waiting' }).waitFor()
  await expect.poll(focused).toBe('More')
})

test('a file is chosen, and hours are painted in words', async () => {
  const choosers: FileChooser[] = []
  page.on('filechooser', (it) => choosers.push(it))
  await open_at('/new')
  await tab_to(button('choose a file'))
  await page.keyboard.press('Enter')
  await expect.poll(() => choosers.length).toBe(1)
  await choosers[0]!.setFiles({ name: 'two.csv', mimeType: 'text/csv', buffer: Buffer.from(`phone_number\n${phone(1)}\n${phone(2)}\n`) })
  await page.locator('.taken', { hasText: '2 contacts' }).waitFor()
  await tab_to(button('In time slots'))
  await page.keyboard.press('Space')
  await tab_to(button('Nothing'))
  await page.keyboard.press('Enter')
  expect(await page.locator('.week .grid i').count()).toBe(0)
  const monday = page.getByLabel('Hours on monday')
  await tab_to(monday, 1)
  await page.keyboard.type('8-12')
  await page.keyboard.press('Tab')
  await expect.poll(() => monday.inputValue()).toBe('08:00–12:00')
  expect(await page.locator('.week .grid i').getAttribute('title')).toBe('08:00–12:00')
})
