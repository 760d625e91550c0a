// The lines that calls go out on: made, watched while campaigns share one, edited, removed.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, expect_fit_in_every_dress, launch, open } from './browser'
import { quick, Server } from './server'

let server: Server
let browser: Browser
let page: Page
let trunk: string
const campaigns: string[] = []

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  page = await open(browser, `${server.url}/#/trunks`)
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
  }
})

const field = (label: string) => page.getByLabel(label, { exact: true })
const wrong = (label: string) => page.locator('.field', { has: field(label) }).locator('.wrong')

interface Shown {
  items: { id: string; name: string; channels: number; caller_ids: string[]; caller_id_limits: object; rate_window_seconds: number }[]
}
const trunks = async () => (await server.get<Shown>('/v1/trunks')).items

test('what is wrong with a new trunk is said at its field, and nothing is made', async () => {
  await page.getByText('No trunk yet').waitFor()
  await page.getByRole('button', { name: 'New trunk' }).click()
  await page.getByRole('button', { name: 'Add the trunk' }).click()
  await wrong('Name').waitFor()
  await field('Name').fill('Main line')
  await field('Caller ids').fill('+14155550199, 12')
  await field('The provider’s settings, as JSON').fill('{"seed": "one"}')
  await page.getByRole('button', { name: 'Add the trunk' }).click()
  await wrong('Caller ids').filter({ hasText: 'A caller id is a number' }).waitFor()
  await wrong('The provider’s settings, as JSON').filter({ hasText: 'does not take this' }).waitFor()
  await field('Provider').selectOption('sip')
  await field('The provider’s settings, as JSON').fill('{"server": "sip:sip.example.org", "username": "alice"}')
  await field('Secrets').fill('passphrase=none')
  await page.getByRole('button', { name: 'Add the trunk' }).click()
  await wrong('Secrets').filter({ hasText: 'does not take these' }).waitFor()
  await expect_fit_in_every_dress(page, 'new-trunk')
  expect(await trunks()).toEqual([])
})

test('a trunk is made with its limits', async () => {
  await field('Provider').selectOption('simulated')
  await field('The provider’s settings, as JSON').fill(JSON.stringify({ ...quick, talk_ms: [3_600_000, 3_600_000], mix: { completed: 1 } }))
  await field('Caller ids').fill('+14155550199, +14155550198')
  await field('Channels').fill('3')
  await field('Calls per second').fill('2')
  await field('Counted over').fill('5')
  await field('Calls that show one number').fill('2')
  await field('Dials of one number').fill('200')
  await page.getByRole('button', { name: 'Add the trunk' }).click()
  await page.getByRole('link', { name: 'Main line' }).waitFor()
  const [made] = await trunks()
  expect(made).toMatchObject({
    channels: 3,
    caller_ids: ['+14155550199', '+14155550198'],
    calls_per_second: 2,
    rate_window_seconds: 5,
    caller_id_limits: { concurrent: 2, per_day: 200 },
  })
  trunk = made!.id
})

async function begin(name: string): Promise<void> {
  const [workflow, list] = await Promise.all([server.workflow(), server.list(9, name)])
  const { id } = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name,
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk,
    concurrency: 3,
  })
  await server.call('POST', `/v1/campaigns/${id}/start`)
  campaigns.push(id)
}

const in_use = async () => (await server.get<{ lines: { in_use: number } }>(`/v1/trunks/${trunk}`)).lines.in_use

test('its page says who has its lines, who waits for one and why, and what each number shows', async () => {
  await begin('Early')
  await expect.poll(in_use).toBe(3)
  await begin('Late')
  await page.getByRole('link', { name: 'Main line' }).click()
  await page.getByRole('heading', { name: 'Main line' }).waitFor()
  const lines = page.locator('.card', { hasText: 'Lines in use' })
  await lines.getByText('3 of 3').waitFor()
  expect(await lines.locator('.facts').textContent()).toMatch(/Early\s*3/)
  const waiting = page.locator('.card', { hasText: 'Who waits for a line' })
  await waiting.getByText('all channels of the trunk are in use').waitFor()
  expect(await waiting.textContent()).toContain('Late')
  const ids = page.getByRole('region', { name: 'Caller ids' }).locator('tbody tr')
  expect((await ids.allTextContents()).map((it) => it.slice('+14155550199'.length)).sort()).toEqual(['11', '22'])
  await expect_fit_in_every_dress(page, 'trunk-shared')
})

test('what is being written stays while the lines change hands', async () => {
  await field('Name').fill('Main line, evenings')
  await server.call('POST', `/v1/campaigns/${campaigns[0]}/cancel`, { calls: 'hang_up' })
  const holders = page.locator('.card', { hasText: 'Lines in use' }).locator('.facts')
  await holders.getByRole('link', { name: 'Late' }).waitFor()
  expect(await field('Name').inputValue()).toBe('Main line, evenings')
})

test('it is edited while calls are up, but for what its calls need', async () => {
  await field('Channels').fill('2')
  await field('Dials of one number').fill('100')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Main line, evenings was changed.').waitFor()
  await page.getByRole('heading', { name: 'Main line, evenings' }).waitFor()
  expect((await trunks())[0]).toMatchObject({ channels: 2, caller_id_limits: { concurrent: 2, per_day: 100 } })
  await field('The provider’s settings, as JSON').fill('{"seed": 2}')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'As it was' }).click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
})

test('what somebody else changed meanwhile is not written over', async () => {
  await field('Channels').fill('9')
  await server.call('PATCH', `/v1/trunks/${trunk}`, { calls_per_second: 1 })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(async () => (await trunks())[0]!.channels).toBe(2)
  await expect.poll(() => field('Calls per second').inputValue()).toBe('1')
})

test('it is not removed under a campaign, and is behind it', async () => {
  await page.getByRole('link', { name: 'Trunks' }).first().click()
  const remove = page.getByRole('button', { name: 'Remove Main line, evenings' })
  await remove.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.locator('.toast.bad').waitFor()
  expect((await trunks()).length).toBe(1)
  await server.call('POST', `/v1/campaigns/${campaigns[1]}/cancel`, { calls: 'hang_up' })
  await expect.poll(in_use).toBe(0)
  await remove.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No trunk yet').waitFor()
})
