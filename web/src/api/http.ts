// Requests to the server this page came from.
import { heard, missed } from './connection'
import { key, key_wanted } from './session'

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

function own_headers(): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (key.value) headers['Authorization'] = `Bearer ${key.value}`
  return headers
}

/** Says why not, and asks for a key if that is what is missing. */
function refusal(status: number, said: Record<string, unknown>): Problem {
  const problem = new Problem(status, said)
  if (status === 401) key_wanted.value = key.value ? problem.message : 'This server asks for a key.'
  return problem
}

/** Asks and reads the whole answer; `patience_ms` bounds both. */
async function exchange<T>(
  path: string,
  init: RequestInit,
  leave?: AbortSignal,
  on_tag?: (tag: string | null) => void,
): Promise<T> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), patience_ms)
  const abandon = () => stop.abort()
  leave?.addEventListener('abort', abandon)
  try {
    const answer = await fetch(path, { ...init, headers: { ...own_headers(), ...init.headers }, signal: stop.signal })
    const text = await answer.text()
    heard()
    const said = text ? (JSON.parse(text) as Record<string, unknown>) : {}
    if (!answer.ok) throw refusal(answer.status, said)
    on_tag?.(answer.headers.get('ETag'))
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
  exchange<T>(path, {}, leave)

/** With its version, to be shown to the command that changes it. */
export async function get_tagged<T>(path: string, leave?: AbortSignal): Promise<{ value: T; tag: string | null }> {
  let tag: string | null = null
  const value = await exchange<T>(path, {}, leave, (it) => (tag = it))
  return { value, tag }
}

/** A question that takes a body: it changes nothing, so there is nothing to be done twice. */
export const ask = <T,>(path: string, body: unknown, leave?: AbortSignal): Promise<T> =>
  exchange<T>(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }, leave)

/** `tag`: only if nothing has changed since. */
export function send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, tag?: string | null): Promise<T> {
  const headers: Record<string, string> = { 'Idempotency-Key': fresh_key() }
  if (tag) headers['If-Match'] = tag
  if (body === undefined) return exchange<T>(path, { method, headers })
  headers['Content-Type'] = 'application/json'
  return exchange<T>(path, { method, headers, body: JSON.stringify(body) })
}

/** Uploads a list, and tells how far it is, which fetch cannot. */
export function upload<T>(
  path: string,
  file: Blob,
  on_progress: (share: number) => void,
  leave: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    for (const [name, value] of Object.entries(own_headers())) request.setRequestHeader(name, value)
    request.setRequestHeader('Content-Type', 'text/csv')
    request.responseType = 'json'
    request.upload.onprogress = (it) => on_progress(it.lengthComputable ? it.loaded / it.total : 0)
    leave.addEventListener('abort', () => request.abort())
    request.onabort = () => reject(new Unreachable('The upload was stopped.'))
    request.onerror = () => {
      missed()
      reject(new Unreachable('The server does not answer.'))
    }
    request.onload = () => {
      heard()
      const said = (request.response ?? {}) as Record<string, unknown>
      if (request.status < 300) resolve(said as T)
      else reject(refusal(request.status, said))
    }
    request.send(file)
  })
}

/** Saves what `path` answers as a file; a plain link could not show the key. */
export async function download(path: string, name: string): Promise<void> {
  const answer = await fetch(path, { headers: own_headers() })
  if (!answer.ok) throw refusal(answer.status, (await answer.json()) as Record<string, unknown>)
  save(await answer.blob(), name)
}

export function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** Every item of a collection, page by page, at most `most`. */
export async function all<T>(path: string, most = 2_000, leave?: AbortSignal): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null && items.length < most) {
    const behind: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
    const page: { items: T[]; next_cursor: string | null } = await get(`${path}${path.includes('?') ? '&' : '?'}limit=500${behind}`, leave)
    items.push(...page.items)
    cursor = page.next_cursor
  }
  return items
}
