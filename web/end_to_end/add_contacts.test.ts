// More people for a campaign that runs.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { close, expect_fit_in_every_dress, launch, open } from './browser'
import { phone, quick, Server } from './server'

let server: Server
let browser: Browser
let page: Page
let campaign: string

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  const [trunk, workflow, list] = await Promise.all([
    server.trunk(1, { ...quick, talk_ms: [3_600_000, 3_600_000], mix: { completed: 1 } }),
    server.workflow(),
    server.list(3),
  ])
  const made = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'Growing',
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk.id,
  })
  campaign = made.id
  await server.call('POST', `/v1/campaigns/${campaign}/start`)
  await vi.waitUntil(async () => (await status_of(1)) === 'in_flight', { timeout: 60_000, interval: 200 })
  page = await open(browser, `${server.url}/#/campaigns/${campaign}/contacts`)
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
  }
})

interface Shown {
  status: string
  phone_number: string
  initial_context: Record<string, string>
}
const contact = (row: number) => server.get<Shown>(`/v1/campaigns/${campaign}/contacts/${row}`)
const status_of = async (row: number) => (await contact(row)).status

const wrong = (label: string) => page.locator('.field', { has: page.getByLabel(label, { exact: true }) }).locator('.wrong')
const row = (index: number) => page.locator(`[aria-rowindex="${index + 1}"]`)
const add = async () => {
  await page.locator('.add-contacts .actions').getByRole('button').click()
  return page.getByRole('dialog')
}

test('a number that cannot be called, or is there already, is refused at its field', async () => {
  await page.getByRole('link', { name: 'Add contacts' }).click()
  await page.getByRole('button', { name: 'One number' }).click()
  await add()
  await wrong('Number').waitFor()
  await page.getByLabel('Customer name').fill('Ida Novak')
  for (const [number, why] of [['+1415555', 'Too short'], [phone(1), 'in the campaign already']] as const) {
    await page.getByLabel('Number', { exact: true }).fill(number)
    await (await add()).getByRole('button', { name: 'Add them' }).click()
    await wrong('Number').filter({ hasText: why }).waitFor()
  }
  await expect_fit_in_every_dress(page, 'add-contacts')
})

test('one number is added next in line, the numbers move, and it is called next', async () => {
  await page.getByLabel('Number', { exact: true }).fill(phone(900))
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  const question = await add()
  expect(await question.textContent()).toContain('1 contact stands in line before everybody whom nobody has called yet.')
  await question.getByRole('button', { name: 'Add them' }).click()
  await page.getByText('1 contact was added.').waitFor()
  await row(4).getByText(phone(900)).waitFor()
  await page.getByText('4 contacts').waitFor()
  expect((await contact(4)).initial_context).toMatchObject({ customer_name: 'Ida Novak' })
  await server.call('POST', `/v1/campaigns/${campaign}/contacts/1/cancel`, { call: 'hang_up' })
  await expect.poll(() => status_of(4)).toBe('in_flight')
  expect(await status_of(2)).toBe('pending')
})

const file = (from: number, many: number) => {
  const rows = Array.from({ length: many }, (_, index) => `${phone(from + index)},Nobody\n`)
  return { name: 'more.csv', mimeType: 'text/csv', buffer: Buffer.from(`phone_number,customer_name\n${rows.join('')}`) }
}

test('a file is looked through, and added behind everybody', async () => {
  await page.getByRole('link', { name: 'Add contacts' }).click()
  await page.getByLabel('CSV file').setInputFiles(file(1_000, 150))
  await page.locator('.taken', { hasText: '150 contacts' }).waitFor()
  await (await add()).getByRole('button', { name: 'Add them' }).click()
  await page.getByText('150 contacts were added.').waitFor()
  await page.getByText('154 contacts').waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  const shown = async (part: string) => Number(await page.locator(`[data-part=${part}]`).textContent())
  await expect.poll(() => shown('total')).toBe(154)
  await expect.poll(() => shown('pending')).toBe(152)
  const parts = await page.locator('[data-part]:not([data-part=total])').allTextContents()
  expect(parts.reduce((sum, it) => sum + Number(it), 0)).toBe(154)
})

test('who comes from elsewhere appears in a table that is open', async () => {
  await server.call('POST', `/v1/campaigns/${campaign}/pause`)
  await page.getByRole('link', { name: 'Contacts', exact: true }).click()
  await page.getByRole('region', { name: 'Contacts' }).focus()
  await page.keyboard.press('End')
  await row(154).getByText(phone(1_149)).waitFor()
  await server.call('POST', `/v1/campaigns/${campaign}/contacts`, { contacts: [{ phone_number: phone(5_000), customer_name: 'Ada' }] })
  await page.getByText('155 contacts').waitFor()
  await page.keyboard.press('End')
  await row(155).getByText(phone(5_000)).waitFor()
})

test('nobody is added to a campaign that is over', async () => {
  await server.call('POST', `/v1/campaigns/${campaign}/cancel`, { calls: 'hang_up' })
  await page.getByRole('link', { name: 'Add contacts' }).waitFor({ state: 'detached' })
  await page.goto(`${server.url}/#/campaigns/${campaign}/contacts/add`)
  await page.getByText('nobody can be added any more').waitFor()
})
