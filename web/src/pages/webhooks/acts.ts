// Webhooks as the API has them, and what is done to one.
import { get, send } from '../../api/http'
import { count, plural } from '../../lib/format'
import { confirm } from '../../parts/confirm'
import { attempt, say } from '../../parts/toast'

export interface Webhook {
  id: string
  url: string
  events: string[]
  campaign_id: string | null // of all if null
  enabled: boolean
  disabled_because: string | null
  created_at: string
  created_by: string
  delivery: {
    position: number
    lag: number
    waiting: number
    parked: number
    next_try_at: string | null
    delivered_at: string | null
    failed_at: string | null
    last_error: string | null
  }
}

export interface Parked {
  position: number
  campaign_id: string
  parked_at: string
  why: string
}

interface Trial {
  delivered: boolean
  status: number | null
  error: string | null
}

/** Whom it is about, shortly. */
export const host_of = (it: Webhook): string => {
  try {
    return new URL(it.url).host
  } catch {
    return it.url
  }
}

const path_of = (it: Webhook): string => `/v1/webhooks/${it.id}`

export const parked_of = (it: Webhook, leave: AbortSignal): Promise<{ items: Parked[]; next_cursor: string | null }> =>
  get(`${path_of(it)}/parked?limit=50`, leave)

export async function try_out(it: Webhook): Promise<void> {
  const how = await attempt(() => send<Trial>('POST', `${path_of(it)}/test`))
  if (!how) return
  if (how.delivered) say(`${host_of(it)} took the test with ${how.status}.`)
  else await attempt(() => Promise.reject(new Error(`${host_of(it)} did not take the test: ${how.error ?? how.status}.`)))
}

export async function turn(it: Webhook, enabled: boolean): Promise<void> {
  const sure =
    enabled ||
    (await confirm({
      title: `Stop telling ${host_of(it)}?`,
      text: 'Nothing is sent until it is turned on again. Then it goes on where it was, and nothing is left out.',
      act: 'Turn it off',
    }))
  if (sure) await attempt(() => send('PATCH', path_of(it), { enabled }), enabled ? 'It is told again.' : 'It is told nothing for now.')
}

export async function retry_parked(it: Webhook): Promise<void> {
  await attempt(() => send<{ retried: number }>('POST', `${path_of(it)}/parked/retry`), (how) => `${plural(how.retried, 'event')} will be sent again.`)
}

export async function replay(it: Webhook, from_position: number): Promise<void> {
  const many = Math.max(0, it.delivery.position - from_position + 1)
  const sure = await confirm({
    title: `Send again from position ${count(from_position)}?`,
    text: `${host_of(it)} hears again whatever it listens to in the last ${plural(many, 'event')} of the log, each with the id it had before.`,
    act: 'Send again',
  })
  if (sure) await attempt(() => send('POST', `${path_of(it)}/replay`, { from_position }), 'It begins anew there.')
}

export async function remove(it: Webhook): Promise<void> {
  const waits = it.delivery.waiting + it.delivery.parked
  const sure = await confirm({
    title: `Remove the webhook to ${host_of(it)}?`,
    text: `It is told nothing any more.${waits > 0 ? ` ${plural(waits, 'event')} that wait for it are dropped.` : ''}`,
    act: 'Remove',
    danger: true,
  })
  if (sure) await attempt(() => send('DELETE', path_of(it)), 'The webhook was removed.')
}
