// The live feed of one campaign: connects, goes on where it was after a break, and hands over
// what came in at most four times a second, so that a busy campaign leaves the browser idle.
import { signal, type Signal } from '@preact/signals'

import { heard, lost, missed, next_try, pause_after, sleep } from './connection'
import { get, Problem } from './http'
import { fold, nothing_yet, type Live } from './live_fold'
import { key, key_wanted } from './session'
import type { LiveMessage, LogEvent, ProgressAt } from './types'

const hand_over_every_ms = 500
/** How far back a page that was just opened shows events, in positions of the log. */
const look_back = 2_000

const closed_deleted = 1000
const closed_revoked = 1008

export type Ending = 'stopped' | 'deleted' | 'revoked' | 'broken'

const endings: Record<number, Ending> = { [closed_deleted]: 'deleted', [closed_revoked]: 'revoked' }

export class LiveFeed {
  readonly live: Signal<Live> = signal(nothing_yet)
  readonly problem: Signal<Problem | undefined> = signal(undefined)
  readonly deleted = signal(false)
  private readonly stop_ = new AbortController()
  private readonly waiting_: LiveMessage[] = []
  private timer_: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly campaign_: string,
    private readonly on_events_: (events: LogEvent[]) => void = () => {},
  ) {
    void this.run()
  }

  stop(): void {
    this.stop_.abort()
    clearTimeout(this.timer_)
  }

  private async run(): Promise<void> {
    let failures = 0
    while (!this.stop_.signal.aborted) {
      const ending = await this.connect_once(() => (failures = 0))
      if (ending === 'stopped' || ending === 'deleted') return
      const pause = pause_after(++failures)
      next_try.value = Date.now() + pause
      await sleep(pause, this.stop_.signal)
    }
  }

  /** Asks for the progress first: a WebSocket that is refused does not say why. */
  private async connect_once(on_message: () => void): Promise<Ending> {
    try {
      const now = await get<ProgressAt>(`/v1/campaigns/${this.campaign_}/progress`, this.stop_.signal)
      this.problem.value = undefined
      if (this.live.value.generation !== now.generation)
        this.live.value = {
          ...nothing_yet,
          generation: now.generation,
          resume_after: Math.max(0, now.position - look_back),
        }
    } catch (why) {
      if (this.stop_.signal.aborted) return 'stopped'
      if (!(why instanceof Problem)) return 'broken'
      this.problem.value = why
      return why.status === 404 ? 'deleted' : 'broken'
    }
    return this.listen(on_message)
  }

  private listen(on_message: () => void): Promise<Ending> {
    const { generation, resume_after } = this.live.value
    const address = new URL(`/v1/campaigns/${this.campaign_}/live`, location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    address.search = String(new URLSearchParams({ events: 'true', after: String(resume_after), generation }))
    const socket = new WebSocket(address, key.value ? ['ringmaster', key.value] : ['ringmaster'])
    return new Promise((resolve) => {
      const abandon = () => socket.close()
      // A line that was cut says nothing: the other requests notice first.
      const forget = lost.subscribe((it) => it && socket.close())
      this.stop_.signal.addEventListener('abort', abandon)
      socket.onmessage = (message) => {
        heard()
        on_message()
        this.take(JSON.parse(String(message.data)) as LiveMessage)
      }
      socket.onclose = ({ code }) => {
        forget()
        this.stop_.signal.removeEventListener('abort', abandon)
        const ending = this.stop_.signal.aborted ? 'stopped' : (endings[code] ?? 'broken')
        if (ending === 'broken') missed()
        if (ending === 'deleted') this.deleted.value = true
        if (ending === 'revoked') key_wanted.value = 'Your key was revoked.'
        resolve(ending)
      }
    })
  }

  private take(message: LiveMessage): void {
    this.waiting_.push(message)
    this.timer_ ??= setTimeout(() => this.hand_over(), hand_over_every_ms)
  }

  private hand_over(): void {
    this.timer_ = undefined
    const before = this.live.value
    const after = fold(before, this.waiting_.splice(0))
    this.live.value = after
    const fresh = after.events.filter((it) => it.position > before.resume_after || before.generation !== after.generation)
    if (fresh.length > 0) this.on_events_(fresh)
  }
}
