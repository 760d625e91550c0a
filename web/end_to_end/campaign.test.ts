// A campaign from its file to its last call, as an operator goes through it.
import { readFileSync } from 'node:fs'

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, expect_accessible, launch, open, shot } from './browser'
import { csv, phone, quick, Server } from './server'

let server: Server
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  await server.trunk(10, { ...quick, talk_ms: [300, 900], mix: { completed: 1 } })
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

const drop = (text: string) =>
  page.getByLabel('CSV file').setInputFiles({ name: 'patients.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })

const shown = async (part: string): Promise<number> =>
  Number((await page.locator(`[data-part=${part}]`).textContent())!.replace(/\D/g, ''))

const campaign_id = (): string => /campaigns\/(cmp_\w+)/.exec(page.url())![1]!

const progress = () => server.get<{ attempts: number; status: string }>(`/v1/campaigns/${campaign_id()}/progress`)

test('an empty dashboard says what to do', async () => {
  await page.getByText('No campaign yet').waitFor()
  await shot(page, 'campaigns-empty')
  await page.getByRole('link', { name: 'New campaign' }).first().click()
  await page.getByRole('heading', { name: 'New campaign' }).waitFor()
})

test('a file with rows that cannot be called is refused with line and reason', async () => {
  await drop(`phone_number,customer_name\n${phone(1)},Ada\n+1415555,Ben\n${phone(1)},Cora\n`)
  await page.getByText('2 rows cannot be called.').waitFor()
  const rejects = page.getByRole('region', { name: 'Rejected rows' })
  expect(await rejects.locator('tbody tr').first().textContent()).toContain('Too short')
  expect(await rejects.locator('tbody tr').nth(1).textContent()).toContain('Duplicate of line 2')
  await shot(page, 'new-campaign-rejects')
  await expect_accessible(page)
})

test('a good file is taken, its columns are known, and a prompt is shown as the agent gets it', async () => {
  await drop(csv(60))
  await page.getByText('60 contacts').first().waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Spring reminders')
  await page.getByLabel('Workflow’s name').fill('Reminder')
  await page.getByLabel('Agent', { exact: true }).fill('reminder-agent')
  await page.getByLabel('Prompt').fill('Greet {{customer_name}} of {{town}}.')
  await page.getByText('no such column').waitFor()
  await page.getByRole('button', { name: 'Start calling' }).click()
  await page.locator('.field .wrong', { hasText: 'town: no such column' }).waitFor()
  await page.getByLabel('Prompt').fill('Greet {{customer_name}} and remind them.')
  await page.locator('.prompt mark', { hasText: 'Ada Brooks' }).waitFor()
})

test('a forecast says when it would be done, and nothing is saved for it', async () => {
  await page.getByText(/Done .* after/).waitFor()
  await page.getByText(/\d+ attempts?, .* answered/).waitFor()
  const before = await page.locator('.big', { hasText: 'Done' }).textContent()
  await page.getByLabel('Calls at one time').fill('1')
  await expect.poll(() => page.locator('.big', { hasText: 'Done' }).textContent()).not.toBe(before)
  expect((await server.get<{ items: unknown[] }>('/v1/campaigns')).items).toEqual([])
})

test('hours are painted with the pointer and written with the keyboard', async () => {
  await page.getByRole('button', { name: 'In time slots' }).click()
  await page.getByRole('button', { name: 'Nothing' }).click()
  const monday = page.getByLabel('Hours on monday')
  await page.locator('.week .grid').evaluate((it) => it.scrollIntoView({ block: 'center' }))
  const grid = (await page.locator('.week .grid').boundingBox())!
  await page.mouse.move(grid.x + grid.width * 0.376, grid.y + 10)
  await page.mouse.down()
  await page.mouse.move(grid.x + grid.width * 0.7, grid.y + 10)
  await page.mouse.up()
  expect(await monday.inputValue()).toBe('09:00–17:00')
  await page.getByLabel('Hours on tuesday').fill('8-12, 13:30-18')
  await page.getByLabel('Hours on wednesday').focus()
  expect(await page.getByLabel('Hours on tuesday').inputValue()).toBe('08:00–12:00, 13:30–18:00')
  await shot(page, 'new-campaign')
  await expect_accessible(page)
  await page.getByRole('button', { name: 'At any time' }).click()
})

test('what is no slow start and no weight is said at its field', async () => {
  const wrong = (label: string) => page.locator('.field', { has: page.getByLabel(label, { exact: true }) }).locator('.wrong')
  await page.getByLabel('Slow start').fill('90000')
  await page.getByLabel('Weight').fill('0')
  await page.getByRole('button', { name: 'Start calling' }).click()
  await wrong('Slow start').waitFor()
  await wrong('Weight').waitFor()
  await page.getByLabel('Slow start').fill('1')
  await page.getByLabel('Weight').fill('5')
  await wrong('Weight').waitFor({ state: 'detached' })
})

test('it starts, and its numbers move and add up', async () => {
  await page.getByLabel('Calls at one time').fill('4')
  await page.getByRole('button', { name: 'Start calling' }).click()
  const question = page.getByRole('dialog')
  expect(await question.textContent()).toContain('60 contacts are called from now on, at any hour, at most 4 calls at one time.')
  await question.getByRole('button', { name: 'Start calling' }).click()
  await page.getByRole('heading', { name: 'Spring reminders' }).waitFor()
  expect(await server.get(`/v1/campaigns/${campaign_id()}`)).toMatchObject({ line_weight: 5, ramp_up_seconds: 1 })
  await expect.poll(() => shown('completed')).toBeGreaterThan(3)
  const parts = await Promise.all(['completed', 'failed', 'in_flight', 'waiting', 'pending'].map(shown))
  expect(await shown('total')).toBe(60)
  expect(parts.reduce((sum, it) => sum + it, 0)).toBe(60)
})

test('a pause is asked about once, and nothing new is dialled behind it', async () => {
  await page.getByRole('button', { name: 'Pause' }).click()
  const question = page.getByRole('dialog')
  expect(await question.textContent()).toMatch(/up and will finish; \d+ contacts? will wait/)
  await shot(page, 'pause-question')
  await expect_accessible(page)
  await question.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Resume' }).waitFor()
  const { attempts } = await progress()
  await expect.poll(() => shown('in_flight')).toBe(0)
  expect((await progress()).attempts).toBe(attempts)
  expect(attempts).toBeLessThan(60)
})

test('a hook is set and taken away while it is paused, and a wrong one is refused at its field', async () => {
  const saved = () => server.get<{ pre_dial_hook: { url: string } | null }>(`/v1/campaigns/${campaign_id()}`)
  const url = page.getByLabel('URL of the pre-dial hook')
  const save = page.getByRole('button', { name: 'Save' })
  await page.goto(`${server.url}/#/campaigns/${campaign_id()}/settings`)
  await url.fill('http://127.0.0.1:9/may')
  await save.click()
  await page.locator('.field', { has: url }).locator('.wrong').waitFor()
  expect((await saved()).pre_dial_hook).toBeNull()
  await url.fill('https://crm.example.org/may')
  await save.click()
  await expect.poll(async () => (await saved()).pre_dial_hook?.url).toBe('https://crm.example.org/may')
  await expect_accessible(page)
  await expect.poll(() => page.locator('.wrong').count()).toBe(0)
  await url.fill('')
  await save.click()
  await expect.poll(async () => (await saved()).pre_dial_hook).toBeNull()
  await page.goto(`${server.url}/#/campaigns/${campaign_id()}`)
})

const contact_page = async (row: number) => {
  await page.goto(`${server.url}/#/campaigns/${campaign_id()}/contacts/${row}`)
  await page.getByText(`row ${row},`).waitFor()
}

const contact = (row: number) =>
  server.get<{ status: string }>(`/v1/campaigns/${campaign_id()}/contacts/${row}`)

const more = async (act: string) => {
  await page.locator('.sub-head').getByText('More', { exact: true }).click()
  await page.getByRole('button', { name: act }).click()
}

test('a contact is put first, given its time, and cancelled', async () => {
  await contact_page(60)
  await more('Call first')
  await page.getByText('It is next in line.').waitFor()
  await contact_page(59)
  await more('Call at')
  await page.getByLabel('Call at').fill('2030-01-07T09:30')
  await page.getByRole('button', { name: 'Call then' }).click()
  await page.getByText('It has its time.').waitFor()
  await page.locator('.sub-head .badge', { hasText: 'Waiting' }).waitFor()
  await shot(page, 'contact-appointed')
  await more('Cancel')
  const question = page.getByRole('dialog')
  expect(await question.textContent()).toContain('Nobody calls it again in this campaign.')
  await question.getByRole('button', { name: 'Cancel the contact' }).click()
  await page.locator('.sub-head .badge', { hasText: 'Cancelled' }).waitFor()
  expect((await contact(59)).status).toBe('cancelled')
  await expect_accessible(page)
  await page.goto(`${server.url}/#/campaigns/${campaign_id()}`)
})

test('it goes on where it was, and finishes', async () => {
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect.poll(() => shown('completed')).toBe(59)
  await page.locator('.page-head .badge', { hasText: 'Completed' }).waitFor()
  expect((await progress()).status).toBe('completed')
})

test('a run is read: what happened, what was said', async () => {
  await page.getByRole('navigation', { name: 'Of this campaign' }).getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click()
  for (const it of ['Dialled', 'Ringing', 'Answered', 'Ended: completed'])
    await page.locator('.timeline .name', { hasText: it }).first().waitFor()
  expect(await page.locator('.talk li').count()).toBeGreaterThan(0)
  await shot(page, 'run')
})

test('the report is a file with every run and what was gathered', async () => {
  await page.getByRole('link', { name: 'Campaign', exact: true }).click()
  await page.getByRole('heading', { name: 'Spring reminders' }).waitFor()
  const { attempts } = await progress()
  await page.getByText('More', { exact: true }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the report' }).click()])
  const lines = readFileSync((await file.path())!, 'utf8').trimEnd().split('\r\n')
  expect(lines.length).toBe(attempts + 1)
  expect(lines[0]).toMatch(/^run_id,row,attempt,.*,customer_name,gathered\./)
  expect(lines[1]).toContain(`${campaign_id()}.`)
})

test('the events of the campaign are there to be filtered', async () => {
  await page.getByRole('navigation', { name: 'Of this campaign' }).getByRole('link', { name: 'Events' }).click()
  await page.getByLabel('Kind of event').selectOption({ label: 'Paused' })
  await page.getByText('1 event, the latest first').waitFor()
})
