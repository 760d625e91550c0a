// What the dashboard costs: bytes at the first load, processor time of a page that is left open.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open } from './browser'
import { quick, Server } from './server'

const most_first_bytes = 200_000
const watched_seconds = 8

let server: Server
let browser: Browser

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
})

afterAll(async () => {
  await browser.close()
  await server.stop()
})

/** Bytes that come over the line, with heads, as the browser counts them. */
async function bytes_of(page: Page, work: () => Promise<unknown>): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  let bytes = 0
  session.on('Network.loadingFinished', (it) => (bytes += it.encodedDataLength))
  await work()
  await session.detach()
  return bytes
}

test('the first load is small', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const bytes = await bytes_of(page, async () => {
    await page.goto(server.url)
    await page.getByText('No campaign yet').waitFor()
    await page.evaluate(() => document.fonts.ready)
  })
  console.log(`first load: ${bytes} bytes`)
  expect(bytes).toBeLessThan(most_first_bytes)
  await context.close()
})

/** Seconds of processor time that the page's own process has taken. */
async function processor_seconds(): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter((it) => it.type === 'renderer').reduce((sum, it) => sum + it.cpuTime, 0)
}

/** A measurement, for `make bench`: how busy the machine is decides it, so no test hangs on it. */
test.runIf(process.env.MEASURE)('a live campaign with some fifty events a second leaves the processor alone', async () => {
  const [trunk, workflow, list] = await Promise.all([
    server.trunk(20, { ...quick, talk_ms: [1_000, 3_000], mix: { completed: 1 } }),
    server.workflow(),
    server.list(2_000),
  ])
  const { id } = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'Busy',
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk.id,
    concurrency: 19,
  })
  await server.call('POST', `/v1/campaigns/${id}/start`)
  const page = await open(browser, `${server.url}/#/campaigns/${id}`)
  await page.locator('.plot canvas').first().waitFor()
  await page.waitForTimeout(2_000)
  const position = async () => (await server.get<{ position: number }>('/v1')).position
  const [seconds, events] = [await processor_seconds(), await position()]
  const began = performance.now()
  await page.waitForTimeout(watched_seconds * 1_000)
  const passed = (performance.now() - began) / 1_000
  const share = ((await processor_seconds()) - seconds) / passed
  const rate = ((await position()) - events) / passed
  console.log(`live page: ${(100 * share).toFixed(1)} % of a core at ${rate.toFixed(0)} events/s`)
  await close(page)
})
