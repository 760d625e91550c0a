// What an operator does to a campaign, each asked about once where it cannot be taken back.
import { city, plural } from '../lib/format'
import { opening } from '../lib/reasons'
import { confirm, decide } from '../parts/confirm'
import { attempt } from '../parts/toast'
import { go } from '../router'
import { send } from './http'
import type { Campaign, Counts } from './types'

type Turn = 'start' | 'pause' | 'resume' | 'cancel'

const turn = (id: string, what: Turn, body?: unknown): Promise<Campaign> =>
  send<Campaign>('POST', `/v1/campaigns/${id}/${what}`, body)

/** What becomes of the calls that are up. */
const calls = (hang_up: boolean) => ({ calls: hang_up ? 'hang_up' : 'drain' })
const hang_up_option = (of: Counts): string | undefined =>
  of.in_flight > 0 ? `Hang up on ${plural(of.in_flight, 'call')}` : undefined

/** Who is called from now on, and from when on. */
export function start_warning(of: Pick<Campaign, 'schedule' | 'not_before' | 'concurrency'>, contacts: number): string {
  const who = contacts === 1 ? '1 contact is' : `${plural(contacts, 'contact')} are`
  const hours = of.schedule.time_slots.length > 0 ? `in its time slots (${city(of.schedule.timezone)})` : 'from now on, at any hour'
  const begin = of.not_before ? `, not before ${opening(of.not_before, of.schedule.timezone)}` : ''
  return `${who} called ${hours}${begin}, at most ${plural(of.concurrency, 'call')} at one time.`
}

export async function start(of: Campaign): Promise<Campaign | undefined> {
  const sure = await confirm({ title: `Start ${of.name}?`, text: start_warning(of, of.progress.total), act: 'Start calling' })
  return sure ? attempt(() => turn(of.id, 'start'), `${of.name} has started.`) : undefined
}

export function resume(of: Campaign): Promise<Campaign | undefined> {
  return attempt(() => turn(of.id, 'resume'), `${of.name} goes on.`)
}

function calls_up(of: Counts): string {
  if (of.in_flight === 0) return 'No call is up'
  return of.in_flight === 1 ? '1 call is up and will finish' : `${plural(of.in_flight, 'call')} are up and will finish`
}

export const pause_warning = (of: Counts): string =>
  `${calls_up(of)}; ${plural(of.pending + of.waiting, 'contact')} will wait until you resume. Nothing new is dialled meanwhile.`

export function cancel_warning(of: Counts): string {
  const left = of.pending + of.waiting
  const lost = left === 1 ? '1 contact is not called any more' : `${plural(left, 'contact')} are not called any more`
  return `${calls_up(of)}; ${lost}. A cancelled campaign does not go on.`
}

/** `now` are the counters on screen, which may be newer than the campaign. */
export async function pause(of: Campaign, now: Counts): Promise<Campaign | undefined> {
  const { sure, option } = await decide({
    title: `Pause ${of.name}?`,
    text: pause_warning(now),
    act: 'Pause',
    option: hang_up_option(now),
  })
  return sure ? attempt(() => turn(of.id, 'pause', calls(option)), `${of.name} is paused.`) : undefined
}

export async function cancel(of: Campaign, now: Counts): Promise<Campaign | undefined> {
  const { sure, option } = await decide({
    title: `Cancel ${of.name} for good?`,
    text: cancel_warning(now),
    act: 'Cancel the campaign',
    danger: true,
    option: hang_up_option(now),
  })
  return sure ? attempt(() => turn(of.id, 'cancel', calls(option)), `${of.name} was cancelled.`) : undefined
}

export async function remove(of: Campaign): Promise<boolean> {
  const sure = await confirm({
    title: `Delete the draft ${of.name}?`,
    text: 'The draft is gone for good. Its contact list and workflow stay.',
    act: 'Delete',
    danger: true,
  })
  return sure && (await attempt(() => send('DELETE', `/v1/campaigns/${of.id}`), 'The draft was deleted.')) !== undefined
}

const open = (it: Campaign | undefined): void => {
  if (it) go(`/campaigns/${it.id}`)
}

export async function clone(of: Campaign): Promise<void> {
  open(await attempt(() => send<Campaign>('POST', `/v1/campaigns/${of.id}/clone`), `A draft like ${of.name} was made.`))
}

/** Done once for each campaign: whoever was before us is shown what came of it. */
export async function redial(of: Campaign, now: Counts): Promise<void> {
  if (of.redialed_as) return go(`/campaigns/${of.redialed_as}`)
  const left = now.total - now.completed
  const sure = await confirm({
    title: `Call again whom ${of.name} did not reach?`,
    text: `A new draft is made with ${plural(left, 'contact')} at most: those whose last call did not complete. Nobody is called before you start it.`,
    act: 'Make the draft',
  })
  if (sure) open(await attempt(() => send<Campaign>('POST', `/v1/campaigns/${of.id}/redial`), 'The draft was made.'))
}

export function archive(of: Campaign): Promise<Campaign | undefined> {
  const what = of.archived ? 'unarchive' : 'archive'
  return attempt(
    () => send<Campaign>('POST', `/v1/campaigns/${of.id}/${what}`),
    of.archived ? `${of.name} is back in the list.` : `${of.name} is out of the list.`,
  )
}

export async function cancel_waiting(of: Campaign, now: Counts): Promise<Campaign | undefined> {
  const sure = await confirm({
    title: `Cancel everybody in line?`,
    text: `${plural(now.pending + now.waiting, 'contact')} will not be called any more. ${calls_up(now)}, and the campaign ends with them.`,
    act: 'Cancel them',
    danger: true,
  })
  return sure ? attempt(() => send<Campaign>('POST', `/v1/campaigns/${of.id}/cancel-waiting`), 'Nobody is in line any more.') : undefined
}
