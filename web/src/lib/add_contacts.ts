// Contacts on their way into a campaign that is there.
import type { Problem } from '../api/http'
import type { Reject } from '../api/types'
import { count, plural, words } from './format'
import type { Faults } from './settings'

export type Place = 'last' | 'next'

/** One contact, as it is written. */
export interface OneForm {
  phone_number: string
  country: string
  columns: Record<string, string>
}

/** A column that nobody filled in is left out: the server knows whether it is needed. */
export function one_body(it: OneForm, place: Place): Record<string, unknown> {
  const filled = Object.entries(it.columns).filter(([, value]) => value.trim() !== '')
  return {
    place,
    contacts: [{ phone_number: it.phone_number.trim(), ...Object.fromEntries(filled) }],
    ...(it.country ? { default_country: it.country.toUpperCase() } : {}),
  }
}

/** What is going to happen, before it is asked for. */
export function add_warning(many: number, place: Place, status: string): string {
  const line = place === 'next' ? 'before everybody whom nobody has called yet' : 'behind everybody'
  const who = many === 1 ? '1 contact stands' : `${plural(many, 'contact')} stand`
  const then = status === 'running' ? 'The campaign is running: their turn may come at once.' : 'Nobody is called before the campaign runs.'
  return `${who} in line ${line}. ${then}`
}

/** Why they were not added, by the field it stands at. None of them was. */
export function add_faults(problem: Problem): Faults {
  const rejects = problem.body['rejects'] as Reject[] | undefined
  if (rejects?.[0]) return { [rejects[0].column || 'phone_number']: `${words(rejects[0].reason)}.` }
  if (problem.kind === 'contact-already-in') {
    const rows = (problem.body['rows'] as number[] | undefined) ?? []
    const which = rows.length > 0 ? `, the first in row ${count(rows[0]!)}` : ''
    return {
      phone_number: 'This number is in the campaign already.',
      contact_list_id: `${plural(rows.length, 'number')} of the list ${rows.length === 1 ? 'is' : 'are'} in the campaign already${which}.`,
    }
  }
  const faults: Faults = {}
  for (const it of problem.faults) faults[it.field.split('/').pop() ?? ''] ??= it.detail
  return Object.keys(faults).length > 0 ? faults : { '': problem.message }
}
