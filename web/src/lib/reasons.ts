// Why a campaign stands where it stands, in words for people.
import type { Progress } from '../api/types'
import { city, clock_in, count, in_zone, own_zone, percent, plural } from './format'

/** What a trunk is short of. */
export const shortages: Record<string, string> = {
  none: 'it comes at once',
  no_free_channel: 'all channels of the trunk are in use',
  placing: 'as many calls are on their way to the carrier as it takes at once',
  resting: 'the carrier takes no calls just now',
  rate: 'the trunk begins no more calls a second',
  caller_ids_exhausted: 'every caller id is at its limit',
}

/** What a forecast draws from. */
export const grounds: Record<string, string> = {
  own_record: 'its own calls',
  same_trunk: 'calls on the same trunk',
  mix: 'the mix that was given',
  assumed: 'round figures, for nothing is on record yet',
}

/** "Mon 09:00 New York (15:00 here)". */
export function opening(at: string, zone: string): string {
  const there = in_zone(new Date(at), zone)
  const here = in_zone(new Date(at), own_zone())
  return there === here ? here : `${there} ${city(zone)} (${here} here)`
}

/** The same instant by the campaign's clocks, where they differ from the viewer's; with seconds. */
export function clock_there(at: string, zone: string): string | undefined {
  const there = clock_in(new Date(at), zone)
  return there === clock_in(new Date(at), own_zone()) ? undefined : `${there} ${city(zone)}`
}

export function trip_text(of: Progress): string | undefined {
  const trip = of.circuit_breaker.trip
  if (!of.circuit_breaker.tripped || !trip) return undefined
  const share = percent(trip.failures / Math.max(1, trip.calls))
  return `The breaker tripped: ${count(trip.failures)} of ${plural(trip.calls, 'call')} in ${trip.window_seconds} s failed (${share}; allowed ${percent(trip.threshold_percent / 100)}).`
}

/** Who or what ended or paused it, as the server says. */
const standing = (of: Progress): string | undefined => of.status_reason?.replace(/\.$/, '')

export function why(of: Progress, zone: string): string {
  const up = plural(of.in_flight, 'call')
  switch (of.next_dial_reason) {
    case 'in_line':
    case 'rate':
    case 'placing':
      return of.in_flight > 0 ? `Dialling, ${up} up` : 'Dialling'
    case 'no_free_channel':
      return of.in_flight > 0 ? `Dialling, ${up} up; the trunk is full` : 'The trunk is full'
    case 'resting':
      return 'The carrier takes no calls; the trunk rests'
    case 'caller_ids_exhausted':
      return 'Every caller id is at its limit'
    case 'waiting_for_window':
      return of.next_dial_at ? `Opens ${opening(of.next_dial_at, zone)}` : 'Its time slots never open again'
    case 'waiting_for_start':
      return of.next_dial_at ? `Begins ${opening(of.next_dial_at, zone)}` : 'Waiting for its beginning'
    case 'waiting_for_retry':
      return of.next_dial_at ? `Next retry ${in_zone(new Date(of.next_dial_at), own_zone())}` : 'Waiting for a retry'
    case 'all_dialed':
      return `Everybody was dialled, ${up} up`
    case 'campaign_draft':
      return 'Not started yet'
    case 'campaign_paused':
      return trip_text(of) ?? `${standing(of) ?? 'Paused'}${of.in_flight > 0 ? `; ${up} will finish` : ''}`
    case 'campaign_over':
      return standing(of) ?? 'Over'
    default:
      return of.next_dial_reason.replaceAll('_', ' ')
  }
}

/** Where the trip is told in full nearby. */
export const short_why = (of: Progress, zone: string): string => (trip_text(of) ? 'Paused by the breaker' : why(of, zone))
