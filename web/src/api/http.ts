// Requests to the server this page came from.
import { heard, missed } from './connection'

export interface Fault {
  field: string
  detail: string
}

/** The server understood, and said no. */
export class Problem extends Error {
  readonly status: number
  readonly kind: string
  readonly body: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body['detail'] ?? body['title'] ?? `The server answered ${status}.`))
    this.status = status
    this.kind = String(body['type'] ?? '').replace('/problems/', '')
    this.body = body
  }

  /** What is wrong with which field, as JSON pointers. */
  get faults(): Fault[] {
    const all = this.body['errors'] as Fault[] | undefined
    const field = this.body['field']
    return all ?? (typeof field === 'string' ? [{ field, detail: this.message }] : [])
  }
}

/** Nobody answered. */
export class Unreachable extends Error {}

const patience_ms = 20_000

/** For the header that makes a repeated command harmless. */
function fresh_key(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((it) => it.toString(16).padStart(2, '0')).join('')
}

/** Asks and reads the whole answer; `patience_ms` bounds both. */
async function exchange<T>(path: string, init: RequestInit, leave?: AbortSignal): Promise<T> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), patience_ms)
  const abandon = () => stop.abort()
  leave?.addEventListener('abort', abandon)
  try {
    const answer = await fetch(path, { ...init, signal: stop.signal })
    const text = await answer.text()
    heard()
    const said = text ? (JSON.parse(text) as Record<string, unknown>) : {}
    if (!answer.ok) throw new Problem(answer.status, said)
    return said as T
  } catch (why) {
    if (why instanceof Problem || leave?.aborted) throw why
    missed()
    throw new Unreachable('The server does not answer.')
  } finally {
    clearTimeout(timer)
    leave?.removeEventListener('abort', abandon)
  }
}

export const get = <T,>(path: string, leave?: AbortSignal): Promise<T> =>
  exchange<T>(path, { headers: { Accept: 'application/json' } }, leave)

export function send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { 'Idempotency-Key': fresh_key() }
  if (body === undefined) return exchange<T>(path, { method, headers })
  headers['Content-Type'] = 'application/json'
  return exchange<T>(path, { method, headers, body: JSON.stringify(body) })
}

/** Uploads a list, and tells how far it is, which fetch cannot. */
export function upload<T>(path: string, file: Blob, on_progress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.setRequestHeader('Content-Type', 'text/csv')
    request.responseType = 'json'
    request.upload.onprogress = (it) => on_progress(it.lengthComputable ? it.loaded / it.total : 0)
    request.onerror = () => {
      missed()
      reject(new Unreachable('The server does not answer.'))
    }
    request.onload = () => {
      heard()
      const said = (request.response ?? {}) as Record<string, unknown>
      if (request.status < 300) resolve(said as T)
      else reject(new Problem(request.status, said))
    }
    request.send(file)
  })
}

/** Every item of a collection, page by page, at most `most`. */
export async function all<T>(path: string, most = 2_000, leave?: AbortSignal): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null && items.length < most) {
    const behind: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
    const page: { items: T[]; next_cursor: string | null } = await get(`${path}?limit=500${behind}`, leave)
    items.push(...page.items)
    cursor = page.next_cursor
  }
  return items
}
