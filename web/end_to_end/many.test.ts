// A hundred thousand contacts in one table.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open, shot } from './browser'
import { phone, Server } from './server'

const contacts = 100_000

let server: Server
let browser: Browser
let page: Page
let campaign: string

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  const [trunk, workflow, list] = await Promise.all([server.trunk(10), server.workflow(), server.list(contacts)])
  const made = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'Everybody',
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk.id,
  })
  campaign = made.id
  page = await open(browser, `${server.url}/#/campaigns/${made.id}/contacts`)
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
  }
})

const row = (index: number) => page.locator(`[aria-rowindex="${index + 2}"]`)

test('the first rows are there', async () => {
  await row(0).getByText(phone(0)).waitFor()
  expect(await page.getByRole('table', { name: 'Contacts' }).getAttribute('aria-rowcount')).toBe(String(contacts + 1))
})

test('scrolling through all of them draws only what is in sight, up to the last', async () => {
  const box = page.getByRole('region', { name: 'Contacts' })
  for (let share = 0.1; share <= 1; share += 0.15) {
    await box.evaluate((it, to) => it.scrollTo(0, it.scrollHeight * to), share)
    await page.locator('.virtual .td.c1 a').first().waitFor()
    expect(await page.locator('.virtual .tbody .tr').count()).toBeLessThan(60)
  }
  await box.focus()
  await page.keyboard.press('End')
  await row(contacts - 1).getByText(phone(contacts - 1)).waitFor()
  await shot(page, 'contacts')
})

test('the few of one state are found among all of them', async () => {
  for (const found of [50_000, contacts]) await server.call('POST', `/v1/campaigns/${campaign}/contacts/${found}/cancel`)
  await page.getByLabel('State').selectOption('cancelled')
  await row(0).getByText(phone(49_999)).waitFor()
  await row(1).getByText(phone(contacts - 1)).waitFor()
  await expect.poll(() => page.getByRole('table', { name: 'Contacts' }).getAttribute('aria-rowcount')).toBe('3')
  await page.getByLabel('State').selectOption('failed')
  await page.getByText('Nobody is failed.').waitFor()
  await page.getByLabel('State').selectOption('')
  await row(0).getByText(phone(0)).waitFor()
})

test('a row that is known by its number is opened at once', async () => {
  await page.getByLabel('Row').fill('77777')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByRole('heading', { name: phone(77_776) }).waitFor()
})
