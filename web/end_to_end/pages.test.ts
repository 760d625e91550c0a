// Every page in every dress: light and dark, on a desk and on a phone. Nothing keeps anybody out,
// nothing is wider than the screen, and each has its picture taken.
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, test, vi } from 'vitest'

import { close, expect_fit, launch, open, shot } from './browser'
import { Receiver } from './receiver'
import { quick, Server } from './server'

let server: Server
let browser: Browser
const receivers = [new Receiver(), new Receiver()]
let paths: [name: string, path: string, ready: string][]

const slow = { ...quick, ring_ms: [400, 1_500], talk_ms: [800, 4_000], no_answer_ms: [1_500, 3_000] }

async function make(name: string, contacts: number, trunk_id: string, workflow_id: string, more: object = {}, script?: string) {
  const list = await server.list(contacts, name.replaceAll(' ', '-'), script)
  const { id } = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name,
    workflow_id,
    contact_list_id: list.id,
    trunk_id,
    ...more,
  })
  return { id, start: () => server.call('POST', `/v1/campaigns/${id}/start`) }
}

const retry_config = { max_attempts: 3, retry_interval_minutes: 1 }
/** What fails, fails fast: the first few calls say nothing yet. */
const circuit_breaker = { enabled: true, min_calls_in_window: 60 }
/** A minute of a week that is never now. */
const closed = () => {
  const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
  const day = days[(new Date().getUTCDay() + 3) % 7]!
  return { timezone: 'America/New_York', time_slots: [{ day, start: '09:00', end: '17:00' }] }
}

beforeAll(async () => {
  server = await new Server('--webhooks-allow-private-addresses', 'true').start()
  browser = await launch()
  const [willing, deaf] = await Promise.all(receivers.map((it) => it.start()))
  deaf!.answers = 500
  await server.call('POST', '/v1/webhooks', { url: willing!.url, events: ['campaign.', 'contact.finished.'] })
  await server.call('POST', '/v1/webhooks', { url: deaf!.url, events: ['campaign.'] })
  const workflow = await server.workflow()
  await server.workflow('Payment reminder')
  const main = await server.trunk(24, slow, 'Main line')
  const spare = await server.trunk(8, quick, 'Overflow')
  const done = await make('Recall of March', 40, spare.id, workflow.id)
  await done.start()
  const tripped = await make('Invoice follow-up', 300, spare.id, workflow.id, { circuit_breaker: { enabled: true, min_calls_in_window: 8 } }, 'failed:carrier')
  await tripped.start()
  const later = await make('Well-being checks', 4_310, spare.id, workflow.id, { schedule: closed() })
  await later.start()
  await make('Autumn survey', 1_200, main.id, workflow.id)
  const live = await make('Spring reminders', 640, main.id, workflow.id, { concurrency: 18, retry_config, circuit_breaker })
  await live.start()
  const progress = () => server.get<{ attempts: number }>(`/v1/campaigns/${live.id}/progress`)
  await vi.waitUntil(async () => (await progress()).attempts > 90, { timeout: 60_000, interval: 200 })
  const campaign = `/campaigns/${live.id}`
  const runs = await server.get<{ items: { run_id: string }[] }>(`/v1/campaigns/${live.id}/runs?outcome=completed&limit=1`)
  paths = [
    ['campaigns', '/campaigns', '.campaign .why'],
    ['new-campaign', '/new', '.drop'],
    ['campaign', campaign, '.plot canvas'],
    ['contacts', `${campaign}/contacts`, '.td.c1 a'],
    ['contact', `${campaign}/contacts/1`, '.story'],
    ['runs', `${campaign}/runs`, '.td.c0 a'],
    ['events', `${campaign}/events`, '.log li'],
    ['settings', `${campaign}/settings`, '.settings'],
    ['tripped', `/campaigns/${tripped.id}`, '.note.bad'],
    ['run', `/runs/${runs.items[0]!.run_id}`, '.timeline'],
    ['trunks', '/trunks', 'tbody tr'],
    ['trunk', `/trunks/${main.id}`, 'meter'],
    ['webhooks', '/webhooks', '.webhook .wrong'],
    ['workflows', '/workflows', '.prompt'],
    ['keys', '/keys', 'form'],
    ['health', '/health', 'meter'],
    ['nowhere', '/nowhere', '.empty'],
  ]
})

afterAll(async () => {
  await browser.close()
  await server.stop()
  await Promise.all(receivers.map((it) => it.stop()))
})

const dresses: [string, BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ['phone-dark', { colorScheme: 'dark', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
]

test.each(dresses)('every page, %s', async (dress, options) => {
  const page = await open(browser, server.url, options)
  for (const [name, path, ready] of paths) {
    await page.goto(`${server.url}/#${path}`)
    await page.locator(ready).first().waitFor()
    await shot(page, `${name}-${dress}`)
    await expect_fit(page, name)
  }
  await close(page)
})
