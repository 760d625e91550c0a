// Reads a contact list beside the page, which stays as quick as it was.
import { CsvCheck, type ListCheck } from './csv_check'

export interface CheckOrder {
  file: File
  country: boolean
}

export interface CheckNews {
  share: number // of the file that was looked at
  done: boolean
  found: ListCheck
}

const piece_bytes = 1 << 20
const news_every_ms = 150

self.onmessage = (message: MessageEvent<CheckOrder>) => void check(message.data)

async function check({ file, country }: CheckOrder): Promise<void> {
  const decoder = new TextDecoder()
  const reading = new CsvCheck(country)
  const tell = (share: number, done: boolean) => self.postMessage({ share, done, found: reading.found } satisfies CheckNews)
  let told = performance.now()
  for (let at = 0; at < file.size && !reading.found.failure; at += piece_bytes) {
    const bytes = await file.slice(at, at + piece_bytes).arrayBuffer()
    reading.add(decoder.decode(bytes, { stream: true }))
    const now = performance.now()
    if (now - told < news_every_ms && at > 0) continue
    told = now
    tell(Math.min(1, (at + piece_bytes) / file.size), false)
  }
  reading.add(decoder.decode())
  reading.finish()
  tell(1, true)
}
