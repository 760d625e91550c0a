// A server that asks for a key.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open, shot } from './browser'
import { Server } from './server'

let server: Server
let browser: Browser
let page: Page

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  page = await open(browser, `${server.url}/#/keys`)
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
  }
})

test('the first key is made on the page, shown once, and the tab goes on with it', async () => {
  await page.getByLabel('For').fill('root@example.org')
  await page.getByRole('button', { name: 'Make the key' }).click()
  server.key = (await page.locator('.secret code').textContent())!
  expect(server.key).toMatch(/^key_/)
  await page.getByRole('region', { name: 'Keys' }).getByText('root@example.org').waitFor()
  await shot(page, 'keys')
})

test('another tab is asked for it, and told when it is wrong', async () => {
  const other = await open(browser, server.url)
  await other.getByRole('heading', { name: 'Show your key' }).waitFor()
  await shot(other, 'key-gate')
  await other.getByLabel('API key').fill('key_01h7x3k9q2zt_wrong')
  await other.getByRole('button', { name: 'Open the dashboard' }).click()
  await other.getByText('It is not a key of this server').waitFor()
  await other.getByLabel('API key').fill(server.key)
  await other.getByRole('button', { name: 'Open the dashboard' }).click()
  await other.getByText('No campaign yet').waitFor()
  await close(other)
})

test('whoever watches with a key that is revoked is asked for another', async () => {
  const [trunk, workflow, list] = await Promise.all([server.trunk(2), server.workflow(), server.list(10)])
  const draft = await server.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'Watched',
    workflow_id: workflow.id,
    contact_list_id: list.id,
    trunk_id: trunk.id,
  })
  const made = await server.call<{ id: string; secret: string }>('POST', '/v1/keys', { name: 'jane', role: 'viewer' })
  const other = await open(browser, `${server.url}/#/campaigns/${draft.id}`)
  await other.getByLabel('API key').fill(made.secret)
  await other.getByRole('button', { name: 'Open the dashboard' }).click()
  await other.getByRole('heading', { name: 'Watched' }).waitFor()
  await other.locator('[data-part=pending]').waitFor()
  await server.call('DELETE', `/v1/keys/${made.id}`)
  await other.getByRole('heading', { name: 'Show your key' }).waitFor()
  await close(other)
})
