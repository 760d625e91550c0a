// The server dies under an open page, and comes back.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open, shot } from './browser'
import { quick, Server } from './server'

let server: Server
let browser: Browser
let page: Page
let campaign: string

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  const [trunk, workflow, list] = await Promise.all([
    server.trunk(4, { ...quick, talk_ms: [200, 400], mix: { completed: 1 } }),
    server.workflow(),
    server.list(120),
  ])
  const made = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'Through the night',
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk.id,
    concurrency: 4,
  })
  campaign = made.id
  await server.call('POST', `/v1/campaigns/${campaign}/start`)
  page = await open(browser, `${server.url}/#/campaigns/${campaign}/events`)
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
  }
})

const positions = async (): Promise<number[]> =>
  (await page.locator('.log .position').allTextContents()).map((it) => Number(it.replace(/\D/g, '')))

test('a page whose server was killed says so, and how old it is', async () => {
  await expect.poll(async () => (await positions()).length).toBeGreaterThan(20)
  await server.kill()
  await page.getByText('The server does not answer.').waitFor()
  await page.getByText(/What you see is \d+ s old/).waitFor()
  await shot(page, 'connection-lost')
})

test('it comes back by itself when the server does, without a gap', async () => {
  await server.start()
  await page.getByText('The server does not answer.').waitFor({ state: 'detached' })
  const last = Math.max(...(await positions()))
  await expect.poll(async () => Math.max(...(await positions()))).toBeGreaterThan(last + 30)
  const seen = await positions()
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toEqual([...seen].sort((one, other) => other - one))
  // What the log has between the two ends and is of this campaign is all there.
  expect(await missing(seen)).toEqual([])
})

test('the dashboard itself opens without its server, once it was there', async () => {
  await page.evaluate(() => navigator.serviceWorker.ready)
  await server.kill()
  await page.reload()
  await page.getByText('The server does not answer.').waitFor()
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
})

/** Positions of the campaign's own events that the page should show and does not. */
async function missing(seen: number[]): Promise<number[]> {
  const { generation } = await server.get<{ generation: string }>('/v1')
  const [first, last] = [Math.min(...seen), Math.max(...seen)]
  const all = await page.evaluate(
    ([id, since, upto, of]) =>
      new Promise<number[]>((resolve) => {
        const told: number[] = []
        const socket = new WebSocket(
          `ws://${location.host}/v1/campaigns/${id}/live?events=true&after=${since}&generation=${of}`,
          ['ringmaster'],
        )
        socket.onmessage = (message) => {
          const it = JSON.parse(String(message.data)) as { type: string; position: number }
          if (it.type === 'event' && it.position <= Number(upto)) told.push(it.position)
          if (it.type === 'event' && it.position >= Number(upto)) {
            socket.close()
            resolve(told)
          }
        }
      }),
    [campaign, String(first - 1), String(last), generation] as const,
  )
  return all.filter((it) => !seen.includes(it))
}
