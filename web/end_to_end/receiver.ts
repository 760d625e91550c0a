// A program that webhooks tell what happens, which at times does not listen.
import { createServer, type IncomingHttpHeaders, type Server as Listener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Told {
  headers: IncomingHttpHeaders
  body: string
  type: string
}

export class Receiver {
  answers = 200
  url = ''
  readonly told: Told[] = [] // what it answered with 200
  private listener: Listener | undefined

  async start(): Promise<this> {
    const listener = createServer((request, answer) => {
      let body = ''
      request.on('data', (it) => (body += String(it)))
      request.on('end', () => {
        const { type } = JSON.parse(body) as { type: string }
        if (this.answers === 200) this.told.push({ headers: request.headers, body, type })
        answer.writeHead(this.answers).end()
      })
    })
    this.listener = listener
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/calls`
    return this
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.listener?.close(resolve))
  }
}
