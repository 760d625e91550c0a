import { describe, expect, test } from 'vitest'

import { Problem } from '../api/http'
import type { CampaignSettings } from '../api/types'
import { csv_field } from './csv'
import { preview, variables_in } from './prompt'
import { body_of, check_settings, faults_of, new_settings, settings_of } from './settings'
import { paint, read_ranges, slots_of, tidy, week_of, write_ranges } from './week'

describe('painting hours', () => {
  test('joins what overlaps or touches', () => {
    expect(tidy([[600, 700], [540, 600], [690, 720], [800, 800]])).toEqual([[540, 720]])
  })

  test('wipes a hole into a stretch', () => {
    expect(paint([[540, 1_020]], 720, 780, false)).toEqual([[540, 720], [780, 1_020]])
  })

  test('reads hours as people write them', () => {
    expect(read_ranges('9-12, 13:30 – 18:00')).toEqual([[540, 720], [810, 1_080]])
    expect(read_ranges('0-24')).toEqual([[0, 1_440]])
    expect(read_ranges('')).toEqual([])
  })

  test.each(['9', '9-', '12-9', '9:60-10', '9-25', 'nine to five', '9-12-15'])('refuses %s', (text) => {
    expect(read_ranges(text)).toBeUndefined()
  })

  test('writes what it reads', () => {
    expect(write_ranges(read_ranges('8-12,13-24')!)).toBe('08:00–12:00, 13:00–24:00')
  })

  test('a slot over midnight is a stretch of two days', () => {
    const week = week_of([{ day: 'sunday', start: '22:00', end: '02:00' }])
    expect(week[6]).toEqual([[1_320, 1_440]])
    expect(week[0]).toEqual([[0, 120]])
  })

  test('slots are the same after a visit to the grid', () => {
    const slots = [
      { day: 'monday', start: '09:15', end: '12:00' },
      { day: 'friday', start: '13:00', end: '24:00' },
    ]
    expect(slots_of(week_of(slots))).toEqual(slots)
  })
})

describe('the settings form', () => {
  const good = () => ({ ...new_settings(), name: 'Spring' })

  test('begins with what the server has for whoever says nothing', () => {
    const schedule = { timezone: 'Asia/Tokyo', time_slots: [{ day: 'monday', start: '09:00', end: '17:00' }] }
    const circuit_breaker = { enabled: false, failure_threshold_percent: 20, window_seconds: 60, min_calls_in_window: 9 }
    const once = { max_attempts: 1, retry_interval_minutes: 60, outcomes: {} }
    const pace = { concurrency: 7, line_weight: 3, ramp_up_seconds: 90 }
    const form = new_settings({ ...pace, schedule, circuit_breaker, retry_config: once })
    expect(form).toMatchObject({ ...pace, always: false, timezone: 'Asia/Tokyo', breaker: circuit_breaker, max_attempts: 3 })
    const twice = { max_attempts: 2, retry_interval_minutes: 5, outcomes: { busy: { interval_minutes: 5 } } }
    expect(new_settings({ ...pace, schedule, circuit_breaker, retry_config: twice })).toMatchObject({ max_attempts: 2, interval_minutes: 5 })
  })

  test('says nothing of what is right', () => {
    expect(check_settings(good(), 20)).toEqual({})
  })

  test('takes a concurrency up to the channels of the trunk, and no further', () => {
    expect(check_settings({ ...good(), concurrency: 20 }, 20)).toEqual({})
    expect(check_settings({ ...good(), concurrency: 21 }, 20)).toHaveProperty('concurrency')
    expect(check_settings({ ...good(), concurrency: NaN }, 20)).toHaveProperty('concurrency')
  })

  test('takes a weight and a slow start as far as the server does', () => {
    expect(check_settings({ ...good(), line_weight: 100, ramp_up_seconds: 86_400 })).toEqual({})
    expect(Object.keys(check_settings({ ...good(), line_weight: 0, ramp_up_seconds: NaN }))).toEqual(['line_weight', 'ramp_up_seconds'])
  })

  test('asks a hook in time, and signs with a secret if it is given one', () => {
    const asked = { ...good(), hook_url: ' https://crm.example.org/may ', hook_timeout_ms: 700 }
    expect(check_settings({ ...good(), hook_timeout_ms: 5 })).toEqual({})
    expect(check_settings({ ...asked, hook_timeout_ms: 5 })).toHaveProperty('hook timeout_ms')
    expect(body_of(good()).pre_dial_hook).toBeNull()
    expect(body_of(asked).pre_dial_hook).toEqual({ url: 'https://crm.example.org/may', timeout_ms: 700 })
    expect(body_of({ ...asked, hook_secret: 'whsec_x' }).pre_dial_hook).toHaveProperty('secret', 'whsec_x')
  })

  test('wants an hour where it calls in time slots', () => {
    const closed = { ...good(), always: false, week: week_of([]) }
    expect(check_settings(closed)).toHaveProperty('schedule')
  })

  test('puts a fault of a retry at its outcome', () => {
    const form = good()
    form.rules = form.rules.map((it) => (it.outcome === 'busy' ? { ...it, minutes: 'soon' } : it))
    expect(check_settings(form)).toEqual({ 'rule busy': 'Minutes from 0 to 10,080.' })
  })

  test('asks nothing of a breaker that is off', () => {
    const form = good()
    form.breaker = { ...form.breaker, enabled: false, window_seconds: NaN }
    expect(check_settings(form)).toEqual({})
  })

  test('a campaign opened and saved untouched stays what it was', () => {
    const campaign: CampaignSettings = {
      name: 'Spring',
      concurrency: 7,
      line_weight: 3,
      ramp_up_seconds: 90,
      schedule: { timezone: 'America/New_York', time_slots: [{ day: 'monday', start: '09:00', end: '17:00' }] },
      retry_config: {
        max_attempts: 4,
        retry_interval_minutes: 30,
        outcomes: {
          busy: { retry: true, backoff: 'exponential', interval_minutes: 5 },
          no_answer: { retry: true, intervals_minutes: [10, 60] },
        },
      },
      circuit_breaker: { enabled: true, failure_threshold_percent: 40, window_seconds: 90, min_calls_in_window: 8 },
      pre_dial_hook: { url: 'https://crm.example.org/may', timeout_ms: 700 },
      not_before: '2026-03-01T08:00:00.000Z',
      expires_at: null,
    }
    const body = body_of(settings_of(campaign))
    expect(body).toMatchObject({ ...campaign, retry_config: { max_attempts: 4, retry_interval_minutes: 30 } })
    expect(body.retry_config.outcomes).toMatchObject(campaign.retry_config.outcomes)
    expect(body.retry_config.outcomes.voicemail).toEqual({ retry: false })
  })

  test('shows what the server says at the field that it is about', () => {
    const problem = new Problem(422, {
      detail: 'no',
      errors: [
        { field: '/concurrency', detail: 'too many' },
        { field: '/retry_config/outcomes/busy/interval_minutes', detail: 'too long' },
        { field: '/circuit_breaker/window_seconds', detail: 'too short' },
        { field: '/pre_dial_hook/url', detail: 'not there' },
      ],
    })
    expect(faults_of(problem)).toEqual({
      concurrency: 'too many',
      'rule busy': 'too long',
      window_seconds: 'too short',
      'hook url': 'not there',
    })
  })

  test('a refusal about no field stands above the form', () => {
    expect(faults_of(new Problem(409, { detail: 'It is over.' }))).toEqual({ '': 'It is over.' })
  })
})

describe('a prompt', () => {
  test('names its variables once, in order', () => {
    expect(variables_in('{{b}} {{ a }} {{b}} {c} {{}}')).toEqual(['b', 'a'])
  })

  test('is shown as one contact has it, with what is missing marked', () => {
    expect(preview('Hi {{name}}, {{town}}!', { name: 'Ada' })).toEqual([
      { text: 'Hi ' },
      { text: 'Ada', variable: 'name' },
      { text: ', ' },
      { text: '{{town}}', variable: 'town', missing: true },
      { text: '!' },
    ])
  })
})

test('no reject is a formula to a spreadsheet', () => {
  expect(['=1+1', '@x', 'a"b', 'x'].map(csv_field)).toEqual(["'=1+1", "'@x", '"a""b"', 'x'])
})
