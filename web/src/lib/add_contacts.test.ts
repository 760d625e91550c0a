import { describe, expect, test } from 'vitest'

import { Problem } from '../api/http'
import { add_faults, add_warning, one_body } from './add_contacts'

describe('adding contacts', () => {
  test('leaves out columns that nobody filled in', () => {
    const form = { phone_number: ' +14155550110 ', country: 'us', columns: { customer_name: 'Ann', town: ' ' } }
    expect(one_body(form, 'next')).toEqual({
      place: 'next',
      default_country: 'US',
      contacts: [{ phone_number: '+14155550110', customer_name: 'Ann' }],
    })
    expect(one_body({ ...form, country: '' }, 'last')).not.toHaveProperty('default_country')
  })

  test('says where they will stand, and whether they are called at once', () => {
    expect(add_warning(1, 'next', 'running')).toBe(
      '1 contact stands in line before everybody whom nobody has called yet. The campaign is running: their turn may come at once.',
    )
    expect(add_warning(20, 'last', 'paused')).toBe('20 contacts stand in line behind everybody. Nobody is called before the campaign runs.')
  })

  test('puts what the server says at its field', () => {
    const reject = { line: 2, column: 'phone_number', reason: 'too_short', value: '12' }
    expect(add_faults(new Problem(422, { rejects: [reject] }))).toEqual({ phone_number: 'Too short.' })
    const twice = new Problem(409, { type: '/problems/contact-already-in', rows: [3, 9] })
    expect(add_faults(twice)).toMatchObject({ contact_list_id: '2 numbers of the list are in the campaign already, the first in row 3.' })
    const lacking = new Problem(422, { errors: [{ field: '/contact_list_id', detail: 'It has no column town.' }] })
    expect(add_faults(lacking)).toEqual({ contact_list_id: 'It has no column town.' })
    expect(add_faults(new Problem(409, { detail: 'It is over.' }))).toEqual({ '': 'It is over.' })
  })
})
