// A real server in a directory of its own, with the simulated carrier.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const binary = process.env['RINGMASTER'] ?? '../build/ringmaster'

export type Json = Record<string, unknown>

/** Steps of a call that take as long as a test can wait. */
export const quick = {
  setup_ms: [5, 20],
  ring_ms: [20, 120],
  no_answer_ms: [200, 300],
  talk_ms: [100, 400],
  duplicate_rate: 0,
  reorder_rate: 0,
  late_rate: 0,
}

export class Server {
  port = 0
  key = ''
  private readonly home = mkdtempSync(join(tmpdir(), 'ringmaster-web-'))
  private process: ChildProcess | undefined
  private readonly settings: string[]

  /** `settings` as `ringmaster serve` takes them. */
  constructor(...settings: string[]) {
    this.settings = settings
  }

  /** Again after a kill: on the same data and the same port. */
  async start(): Promise<this> {
    const child = spawn(binary, ['serve', '--data', join(this.home, 'data'), '--port', String(this.port), ...this.settings])
    this.process = child
    await new Promise<void>((resolve, reject) => {
      const listen = (text: Buffer) => {
        const found = /serving on http:\/\/127\.0\.0\.1:(\d+)/.exec(String(text))
        if (!found) return
        this.port = Number(found[1])
        resolve()
      }
      child.stdout.on('data', listen)
      child.stderr.on('data', listen)
      child.on('exit', (status) => reject(new Error(`the server ended with ${status}`)))
    })
    return this
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  kill(): Promise<void> {
    return this.end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM')
    rmSync(this.home, { recursive: true, force: true })
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async call<T = Json>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
    const headers: Record<string, string> = {}
    if (body !== undefined) headers['Content-Type'] = type
    if (this.key) headers['Authorization'] = `Bearer ${this.key}`
    const answer = await fetch(this.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }

  get<T = Json>(path: string): Promise<T> {
    return this.call<T>('GET', path)
  }

  trunk(channels: number, settings: Json = quick, name = 'Main line'): Promise<{ id: string }> {
    return this.call('POST', '/v1/trunks', {
      name,
      provider: 'simulated',
      settings,
      caller_ids: ['+14155550199'],
      channels,
    })
  }

  workflow(name = 'Appointment reminder'): Promise<{ id: string }> {
    return this.call('POST', '/v1/workflows', {
      name,
      agent: 'reminder-agent',
      prompt: 'Greet {{customer_name}} and remind them of their appointment.',
      required_variables: ['customer_name'],
    })
  }

  list(contacts: number, name = 'Patients', script?: string): Promise<{ id: string }> {
    return this.call('POST', `/v1/contact-lists?name=${name}`, csv(contacts, script), 'text/csv')
  }
}

const people = ['Ada Brooks', 'Ben Ortiz', 'Cora Lind', 'Dev Patel', 'Ella Moreau', 'Femi Adeyemi', 'Grace Kim', 'Hugo Weiss']

export const phone = (index: number): string => `+1415${2_000_000 + index}`

export function csv(contacts: number, script?: string): string {
  const rows = Array.from(
    { length: contacts },
    (_, index) => `${phone(index)},${people[index % people.length]}${script ? `,${script}` : ''}\n`,
  )
  return `phone_number,customer_name${script ? ',simulate' : ''}\n${rows.join('')}`
}
