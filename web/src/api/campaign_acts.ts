// What an operator does to a campaign, each asked about once where it cannot be taken back.
import { plural } from '../lib/format'
import { confirm } from '../parts/confirm'
import { attempt } from '../parts/toast'
import { send } from './http'
import type { Campaign, Counts } from './types'

type Turn = 'start' | 'pause' | 'resume'

const turn = (id: string, what: Turn): Promise<Campaign> => send<Campaign>('POST', `/v1/campaigns/${id}/${what}`)

const waiting = (of: Counts): number => of.pending + of.waiting

export function start(of: Campaign): Promise<Campaign | undefined> {
  return attempt(() => turn(of.id, 'start'), `${of.name} has started.`)
}

export function resume(of: Campaign): Promise<Campaign | undefined> {
  return attempt(() => turn(of.id, 'resume'), `${of.name} goes on.`)
}

export function pause_warning(of: Counts): string {
  const up = of.in_flight === 1 ? '1 call is up and will finish' : `${plural(of.in_flight, 'call')} are up and will finish`
  const rest = waiting(of) === 1 ? '1 contact will wait' : `${plural(waiting(of), 'contact')} will wait`
  return `${of.in_flight > 0 ? up : 'No call is up'}; ${rest} until you resume. Nothing new is dialled meanwhile.`
}

/** `now` are the counters on screen, which may be newer than the campaign. */
export async function pause(of: Campaign, now: Counts): Promise<Campaign | undefined> {
  const sure = await confirm({ title: `Pause ${of.name}?`, text: pause_warning(now), act: 'Pause' })
  return sure ? attempt(() => turn(of.id, 'pause'), `${of.name} is paused.`) : undefined
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
