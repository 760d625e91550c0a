import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { outcomes, type Outcome, type Progress } from '../api/types'
import { grounds, shortages, why } from './reasons'

interface Schema {
  enum?: string[]
  properties?: Record<string, Schema>
}
const { schemas } = (JSON.parse(readFileSync('../http/openapi.json', 'utf8')) as { components: { schemas: Record<string, Schema> } })
  .components

/** What the contract lists at `path`, as in Progress/next_dial_reason. */
function listed(path: string): string[] {
  const [name = '', ...members] = path.split('/')
  const found = members.reduce((it, member) => it?.properties?.[member], schemas[name])
  if (!found?.enum) throw new Error(`the contract lists nothing at ${path}`)
  return found.enum
}

const progress = (part: Partial<Progress>): Progress => ({
  campaign_id: 'cmp_01h7x3k9q2zt',
  status: 'running',
  status_reason: null,
  total: 10,
  processed: 0,
  pending: 10,
  waiting: 0,
  in_flight: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  completion_percentage: 0,
  attempts: 0,
  answered: 0,
  connect_rate: 0,
  outcomes: Object.fromEntries(outcomes.map((it) => [it, 0])) as Record<Outcome, number>,
  next_dial_at: null,
  next_dial_reason: 'in_line',
  circuit_breaker: { enabled: true, tripped: false },
  ...part,
})

describe('why a campaign stands where it stands', () => {
  test.each(listed('Progress/next_dial_reason'))('%s is said in words', (reason) => {
    for (const next_dial_at of [null, '2026-11-23T14:00:00Z'])
      for (const in_flight of [0, 3]) {
        const said = why(progress({ next_dial_reason: reason, next_dial_at, in_flight }), 'America/New_York')
        expect(said).toMatch(/^[A-Z]/)
        expect(said.toLowerCase()).not.toBe(reason.replaceAll('_', ' '))
        expect(said).not.toMatch(/_|undefined|null/)
      }
  })

  test('a pause says whose it was, and what is still up', () => {
    const paused = { status: 'paused', next_dial_reason: 'campaign_paused' }
    expect(why(progress({ ...paused, status_reason: 'Paused by an operator.', in_flight: 1 }), 'UTC')).toBe('Paused by an operator; 1 call will finish')
    const restored = 'Paused because the log was restored from a backup.'
    expect(why(progress({ ...paused, status_reason: restored }), 'UTC')).toBe('Paused because the log was restored from a backup')
    const trip = { calls: 10, failures: 6, threshold_percent: 50, window_seconds: 120, failed_calls: [] }
    const tripped = { enabled: true, tripped: true, trip }
    expect(why(progress({ ...paused, circuit_breaker: tripped }), 'UTC')).toContain('6 of 10 calls in 120 s failed')
  })

  test('an end says how it came', () => {
    expect(why(progress({ next_dial_reason: 'campaign_over', status_reason: 'Its time was up.' }), 'UTC')).toBe('Its time was up')
  })
})

test.each(listed('Shortage'))('a trunk that is short of something (%s) says so in words', (reason) => {
  expect(shortages).toHaveProperty(reason)
})

test('the ground of a forecast is said in words', () => {
  expect(Object.keys(grounds).sort()).toEqual([...listed('Forecast/assumptions/based_on')].sort())
})

test('every outcome of the contract is known', () => {
  expect([...outcomes].sort()).toEqual([...listed('Outcome')].sort())
})
