// A carrier that fails, and a breaker that says so.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open, shot } from './browser'
import { Server } from './server'

let server: Server
let browser: Browser
let page: Page
let campaign: string

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  const [trunk, workflow, list] = await Promise.all([server.trunk(5), server.workflow(), server.list(200, 'Patients', 'failed:carrier')])
  const made = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'Recall',
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk.id,
    concurrency: 5,
    circuit_breaker: { enabled: true, failure_threshold_percent: 40, window_seconds: 60, min_calls_in_window: 8 },
  })
  campaign = made.id
  page = await open(browser, server.url)
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
  }
})

test('a campaign is started in the list, and the breaker that stops it says why there', async () => {
  await page.getByRole('button', { name: 'Start Recall' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start calling' }).click()
  const row = page.locator(`[data-campaign=${campaign}]`)
  await row.getByText(/The breaker tripped: \d+ of \d+ calls in 60 s failed/).waitFor()
  await row.locator('.badge', { hasText: 'Paused' }).waitFor()
})

test('its page shows the numbers of the trip and leads to the calls that failed', async () => {
  await page.getByRole('link', { name: 'Recall' }).click()
  await page.getByRole('alert').filter({ hasText: 'allowed 40%' }).waitFor()
  await shot(page, 'campaign-tripped')
  await page.getByRole('alert').getByRole('link').first().click()
  await page.locator('.timeline .name', { hasText: 'Ended: failed' }).waitFor()
  expect(await page.locator('.facts').first().textContent()).toContain('Carrier')
})

test('resumed, its window begins anew', async () => {
  const paused_at = async () => (await server.get<{ paused_at: string | null }>(`/v1/campaigns/${campaign}`)).paused_at
  const first = await paused_at()
  await page.goto(`${server.url}/#/campaigns/${campaign}`)
  await page.getByRole('button', { name: 'Resume' }).click()
  // It may trip again before the page shows that it runs.
  await expect.poll(async () => ![first, null].includes(await paused_at())).toBe(true)
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  await page.getByRole('alert').filter({ hasText: 'allowed 40%' }).waitFor()
})

const more = async (act: string) => {
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('button', { name: act }).click()
}

test('cancelled, it is over, and those it did not reach become a draft of their own, once', async () => {
  await more('Cancel the campaign')
  const question = page.getByRole('dialog')
  expect(await question.textContent()).toMatch(/contacts are not called any more/)
  await question.getByRole('button', { name: 'Cancel the campaign' }).click()
  await page.locator('.page-head .badge', { hasText: 'Cancelled' }).waitFor()
  await more('Redial')
  await page.getByRole('dialog').getByRole('button', { name: 'Make the draft' }).click()
  await page.locator('.page-head .badge', { hasText: 'Draft' }).waitFor()
  const draft = page.url()
  expect(draft).not.toContain(campaign)
  await page.goto(`${server.url}/#/campaigns/${campaign}`)
  await page.locator('.page-head .badge', { hasText: 'Cancelled' }).waitFor()
  await more('Show its redial')
  await page.waitForURL(draft)
})

test('a forecast tells when it would be done, and calls nobody', async () => {
  await page.getByRole('button', { name: 'When would it be done?' }).click()
  await page.getByText(/\d+ attempts?, .* answered/).waitFor()
  await page.locator('.page-head .badge', { hasText: 'Draft' }).waitFor()
})
