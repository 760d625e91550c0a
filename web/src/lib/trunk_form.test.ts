import { describe, expect, test } from 'vitest'

import { Problem } from '../api/http'
import type { Trunk } from '../api/types'
import { blank_trunk, body_of, check_trunk, form_of, of_provider, trunk_faults } from './trunk_form'

const trunk: Trunk = {
  id: 'trk_01h7x3k9q2zt',
  name: 'Main line',
  provider: 'sip',
  settings: { server: 'sip:sip.example.org' },
  caller_ids: ['+14155550199', '+14155550198'],
  channels: 20,
  calls_per_second: 0.2,
  rate_window_seconds: 5,
  caller_id_limits: { concurrent: 3, per_day: 200 },
  removed: false,
  created_at: '2026-03-01T08:00:00Z',
}

describe('the form of a trunk', () => {
  test('saved untouched changes nothing, and sends no settings again', () => {
    const form = form_of(trunk)
    const { name, caller_ids, channels, calls_per_second, rate_window_seconds, caller_id_limits } = trunk
    expect(body_of(form, form)).toEqual({ name, caller_ids, channels, calls_per_second, rate_window_seconds, caller_id_limits })
  })

  test('sends the settings that were touched', () => {
    const form = form_of(trunk)
    expect(body_of({ ...form, settings: '{"server": "sip:other.example.org"}' }, form)).toMatchObject({
      settings: { server: 'sip:other.example.org' },
    })
  })

  test('gives one that is there the secrets that change', () => {
    const form = form_of(trunk)
    expect(body_of({ ...form, secrets: 'password=new' }, form)).toMatchObject({ secrets: { password: 'new' } })
  })

  test('gives a new one its secrets by name, and leaves empty ones out', () => {
    const form = { ...of_provider(blank_trunk, 'twilio'), name: 'Twilio', secrets: 'auth_token = a=b\napi_key_secret=\n' }
    expect(check_trunk(form)).toEqual({})
    expect(body_of(form)).toMatchObject({ provider: 'twilio', settings: { account: '' }, secrets: { auth_token: 'a=b' } })
    expect(body_of({ ...form, secrets: 'auth_token=' })).not.toHaveProperty('secrets')
  })

  test('says what cannot be read', () => {
    const form = { ...blank_trunk, settings: '{', secrets: 'a token' }
    expect(Object.keys(check_trunk(form))).toEqual(['name', 'settings', 'secrets'])
  })

  test('shows what the server says at the field that it is about', () => {
    const problem = new Problem(422, {
      errors: [
        { field: '/caller_ids/1', detail: 'twice' },
        { field: '/caller_id_limits/per_day', detail: 'too many' },
        { field: '/secrets', detail: 'auth_token is missing' },
      ],
    })
    expect(trunk_faults(problem)).toEqual({ caller_ids: 'twice', per_day: 'too many', secrets: 'auth_token is missing' })
    expect(trunk_faults(new Problem(409, { detail: 'Calls are up.' }))).toEqual({ '': 'Calls are up.' })
  })
})
