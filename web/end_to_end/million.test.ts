// A list of a million rows, dropped on the page.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { close, launch, open, shot } from './browser'
import { Server } from './server'

const rows = 1_000_000
/** So often at least the page has a turn while a million rows are looked through; a page that did
 *  it by itself would have none. */
const fewest_turns = 20

const home = mkdtempSync(join(tmpdir(), 'ringmaster-million-'))
let server: Server
let browser: Browser
let page: Page

/** `bad`: three rows that cannot be called, the last line among them. */
function write(name: string, bad: boolean): string {
  const path = join(home, name)
  const file = openSync(path, 'w')
  let piece = 'phone_number,customer_name\n'
  for (let row = 0; row < rows; ++row) {
    const number = bad && row === 499_999 ? 'none' : bad && row === 700_000 ? '+14152000000' : `+1415${2_000_000 + row}`
    piece += bad && row === rows - 1 ? ',Nobody\n' : `${number},Customer ${row}\n`
    if (piece.length < 1 << 20) continue
    writeSync(file, piece)
    piece = ''
  }
  writeSync(file, piece)
  closeSync(file)
  return path
}

beforeAll(async () => {
  server = await new Server().start()
  browser = await launch()
  await server.trunk(10)
  page = await open(browser, `${server.url}/#/new`)
  await watch()
})

afterAll(async () => {
  try {
    if (page) await close(page)
  } finally {
    await browser.close()
    await server.stop()
    rmSync(home, { recursive: true, force: true })
  }
})

interface Seen {
  bytes: number // of the file that the page itself has read
  turns: number // that the page had while it said that a file was being looked through
  said: string[] // all that it said of that, each once
}

/** Counts what the page reads, and its turns. Both are of the page alone: the worker beside it has
 *  a Blob of its own. */
const watch = () =>
  page.evaluate(() => {
    const seen: Seen = { bytes: 0, turns: 0, said: [] }
    Object.assign(window, { seen })
    const counted = <T extends object, K extends keyof T>(of: T, name: K, size: (self: Blob, first: unknown) => number) => {
      const real = of[name] as unknown as (...all: unknown[]) => unknown
      Object.assign(of, {
        [name](this: Blob, ...all: unknown[]) {
          seen.bytes += size(this, all[0])
          return real.apply(this, all)
        },
      })
    }
    for (const it of ['arrayBuffer', 'text', 'stream'] as const) counted(Blob.prototype, it, (self) => self.size)
    for (const it of ['readAsArrayBuffer', 'readAsText'] as const) counted(FileReader.prototype, it, (_, blob) => (blob as Blob).size)
    const turn = () => {
      const text = document.querySelector('.seen')?.textContent ?? ''
      if (text.startsWith('Looking')) seen.turns += 1
      if (text && seen.said.at(-1) !== text) seen.said.push(text)
      setTimeout(turn)
    }
    turn()
  })

const seen = () => page.evaluate(() => (window as unknown as { seen: Seen }).seen)

/** So slow a line that the file is hardly on its way when the browser has looked through it. */
async function on_a_slow_line(work: () => Promise<void>): Promise<void> {
  const line = await page.context().newCDPSession(page)
  const how = { offline: false, latency: 0, downloadThroughput: -1 }
  await line.send('Network.enable')
  await line.send('Network.emulateNetworkConditions', { ...how, uploadThroughput: 200_000 })
  await work()
  await line.send('Network.emulateNetworkConditions', { ...how, uploadThroughput: -1 })
  await line.detach()
}

test('what is wrong with it is said before it is sent, with line and reason', async () => {
  await on_a_slow_line(async () => {
    await page.getByLabel('CSV file').setInputFiles(write('bad.csv', true))
    await page.getByText('Looked through').waitFor()
    const said = await page.locator('.seen').textContent()
    expect(said).toContain('1,000,000 rows, 2 columns')
    expect(said).toContain('2 rows that cannot be called')
    const { bytes, turns, said: all } = await seen()
    expect(bytes).toBe(0)
    expect(turns).toBeGreaterThan(fewest_turns)
    expect(all.length).toBeGreaterThan(2)
    const rejects = page.getByRole('region', { name: 'Rejected rows' }).locator('tbody tr')
    expect(await rejects.first().textContent()).toBe('700,002phone_numberDuplicate of line 2+14152000000')
    expect(await rejects.nth(1).textContent()).toBe('1,000,001phone_numberEmpty')
    await page.getByRole('region', { name: 'First rows' }).getByText('Customer 4').waitFor()
    await shot(page, 'new-campaign-million')
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.locator('.seen').waitFor({ state: 'detached' })
  })
  expect((await server.get<{ items: unknown[] }>('/v1/contact-lists')).items).toEqual([])
})

test('a file that is no list is told so, whatever its size', async () => {
  await page.getByLabel('CSV file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from('name;phone\nAda;1\n') })
  await page.getByText(/names no column phone_number/).or(page.getByText(/has no column/)).first().waitFor()
})

test('the server takes all of it, and the page takes what is typed meanwhile', async () => {
  await page.getByLabel('CSV file').setInputFiles(write('good.csv', false))
  const name = page.getByLabel('Name', { exact: true })
  await name.pressSequentially('Everybody there is')
  expect(await name.inputValue()).toBe('Everybody there is')
  await page.getByText('1,000,000 contacts').first().waitFor({ timeout: 120_000 })
  await page.getByText(/Done .* after/).waitFor()
})
