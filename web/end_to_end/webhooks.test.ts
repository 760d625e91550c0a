// Programs that are told what happens: made, watched, helped on, removed.
import { createHmac } from 'node:crypto'

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, expect_fit_in_every_dress, launch, open } from './browser'
import { Receiver, type Told } from './receiver'
import { Server } from './server'

let receiver: Receiver
let server: Server
let browser: Browser
let page: Page
let secret: string

/** The server's day, after which it gives an event up, is over in four seconds. */
const settings = ['--webhooks-allow-private-addresses', 'true', '--time-factor', '20000']

beforeAll(async () => {
  receiver = await new Receiver().start()
  server = await new Server(...settings).start()
  browser = await launch()
  page = await open(browser, `${server.url}/#/webhooks`)
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
    await receiver.stop()
  }
})

const field = (label: string) => page.getByLabel(label, { exact: true })
const wrong = (label: string) => page.locator('.field', { has: field(label) }).locator('.wrong')
const badge = (text: string) => page.locator('.webhook .badge', { hasText: text })
const more = async (act: string) => {
  await page.locator('.webhook summary').click()
  await page.getByRole('button', { name: act }).click()
}

const webhooks = async () => (await server.get<{ items: { events: string[] }[] }>('/v1/webhooks')).items

async function draft(name: string): Promise<{ id: string }> {
  const [trunk, workflow, list] = await Promise.all([server.trunk(1), server.workflow(), server.list(2, name)])
  return server.call('POST', '/v1/campaigns', { name, workflow_id: workflow.id, contact_list_id: list.id, trunk_id: trunk.id })
}

test('what is wrong with a new webhook is said at its field', async () => {
  await page.getByText('No webhook yet').waitFor()
  await page.getByRole('button', { name: 'New webhook' }).click()
  await page.getByRole('button', { name: 'Add the webhook' }).click()
  await wrong('URL').waitFor()
  await field('URL').fill('nowhere')
  await field('Secret').fill('whsec_short')
  await page.getByRole('button', { name: 'Add the webhook' }).click()
  await wrong('URL').waitFor()
  await wrong('Secret').waitFor()
  await expect_fit_in_every_dress(page, 'new-webhook')
  expect(await webhooks()).toEqual([])
})

test('it is made, and its secret is shown this once', async () => {
  await field('URL').fill(receiver.url)
  await field('Events').fill('campaign.')
  await field('Secret').fill('')
  await page.getByRole('button', { name: 'Add the webhook' }).click()
  secret = (await page.locator('.secret code').textContent())!
  expect(secret).toMatch(/^whsec_/)
  await page.locator('.webhook').waitFor()
  expect((await webhooks())[0]!.events).toEqual(['campaign.'])
  await page.reload()
  await page.locator('.webhook').waitFor()
  expect(await page.getByText('whsec_').count()).toBe(0)
})

/** As receivers check it. */
function signed({ headers, body }: Told): string {
  const said = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`
  return `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(said).digest('base64')}`
}

test('what happens is told, signed with that secret, and the page says when', async () => {
  await draft('Told')
  await expect.poll(() => receiver.told.length).toBe(1)
  expect(receiver.told[0]!.type).toBe('campaign.created.v1')
  expect(receiver.told[0]!.headers['webhook-signature']).toBe(signed(receiver.told[0]!))
  await badge('Delivering').waitFor()
  await page.locator('.webhook .facts time').first().waitFor()
})

test('a test is sent, and how it went is said', async () => {
  await more('Send a test')
  await page.getByText(/took the test with 200/).waitFor()
  receiver.answers = 500
  await more('Send a test')
  await page.getByText(/did not take the test/).waitFor()
})

test('what nobody took for a day is parked, with why', async () => {
  await draft('Not told')
  await page.getByText('1 event could not be delivered for a day').waitFor()
  await badge('Parked').waitFor()
  await page.getByRole('button', { name: 'Show them' }).click()
  const parked = page.getByRole('region', { name: /^Parked for/ }).locator('tbody tr')
  await parked.first().waitFor()
  expect(await parked.first().textContent()).toMatch(/Not told.*500/)
  await expect_fit_in_every_dress(page, 'webhook-parked')
})

test('it is sent again once there is somebody to take it', async () => {
  receiver.answers = 200
  await page.getByRole('button', { name: 'Send them again' }).click()
  await page.getByText('1 event will be sent again.').waitFor()
  await expect.poll(() => receiver.told.filter((it) => it.type === 'campaign.created.v1').length).toBe(2)
  await badge('Delivering').waitFor()
})

test('it is turned off, and on again where it was', async () => {
  await more('Turn off')
  await page.getByRole('dialog').getByRole('button', { name: 'Turn it off' }).click()
  await badge('Off').waitFor()
  const before = receiver.told.length
  await draft('Told later')
  await more('Turn on')
  await badge('Delivering').waitFor()
  await expect.poll(() => receiver.told.length).toBe(before + 1)
})

test('all of it is sent again from a position on, under the ids it had', async () => {
  const ids = () => receiver.told.filter((it) => it.type === 'campaign.created.v1').map((it) => it.headers['webhook-id'])
  const before = ids()
  await more('Send again from')
  await page.getByLabel('From position').fill('1')
  await page.getByRole('button', { name: 'Send again', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
  await expect.poll(() => ids().length).toBe(2 * before.length)
  expect(new Set(ids()).size).toBe(before.length)
})

test('it is removed, and told nothing more', async () => {
  await more('Remove')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No webhook yet').waitFor()
  expect(await webhooks()).toEqual([])
})
