import { describe, expect, test } from 'vitest'

import type { LogEvent, Outcome, Run } from '../api/types'
import { failure_rates, Timeline } from './timeline'

const begin = Date.parse('2026-03-02T09:00:00Z')
const at = (seconds: number): string => new Date(begin + seconds * 1_000).toISOString()

const run = (row: number, dialed: number, ended?: number, outcome: Outcome = 'completed', answered?: number): Run =>
  ({
    run_id: `cmp_1.${row}.1`,
    dialed_at: at(dialed),
    answered_at: answered === undefined ? null : at(answered),
    ended_at: ended === undefined ? null : at(ended),
    outcome: ended === undefined ? null : outcome,
  }) as Run

const event = (type: string, row: number, seconds: number, data: Record<string, unknown> = {}): LogEvent =>
  ({ stream: `contact/cmp_1/${row}`, type: `contact.${type}.v1`, data: { attempt: 1, at: at(seconds), ...data } }) as unknown as LogEvent

const total = (of: Timeline, what: 'attempts' | 'answers') => of.buckets.reduce((sum, it) => sum + it[what], 0)
const ended = (of: Timeline, outcome: Outcome) => of.buckets.reduce((sum, it) => sum + (it.outcomes[outcome] ?? 0), 0)

describe('calls over time', () => {
  test('counts runs of the past by the second', () => {
    const it = new Timeline()
    it.add_runs([run(2, 1, 4, 'busy'), run(1, 0, 3, 'completed', 2)])
    expect(it.buckets.map((one) => one.attempts)).toEqual([1, 1, 0, 0, 0])
    expect(it.buckets.map((one) => one.answers)).toEqual([0, 0, 1, 0, 0])
    expect(it.buckets[3]!.outcomes).toEqual({ completed: 1 })
    expect(it.buckets[4]!.outcomes).toEqual({ busy: 1 })
  })

  test('knows the most calls at one time', () => {
    const it = new Timeline()
    it.add_runs([run(1, 0, 4), run(2, 0, 2), run(3, 3, 5)])
    expect(it.buckets.map((one) => one.most_up)).toEqual([2, 2, 2, 2, 2, 1])
  })

  test('a call that is in the runs and in the events counts once', () => {
    const it = new Timeline()
    it.add_runs([run(1, 0)])
    it.add_events([event('dialed', 1, 0), event('answered', 1, 1), event('attempt_ended', 1, 2, { outcome: 'completed' })])
    it.add_events([event('attempt_ended', 1, 2, { outcome: 'completed' })])
    expect([total(it, 'attempts'), total(it, 'answers'), ended(it, 'completed')]).toEqual([1, 1, 1])
  })

  test('goes on from where the server has counted', () => {
    const it = new Timeline()
    const point = { at: at(0), attempts: 7, answered: 3, most_in_flight: 2, outcomes: { busy: 4 } }
    it.add_points([point], 60_000, 50, 2)
    it.add_events([
      { ...event('dialed', 1, 10), position: 50 }, // is among the seven
      { ...event('attempt_ended', 1, 20, { outcome: 'busy' }), position: 51 },
      { ...event('dialed', 8, 70), position: 52 },
    ])
    expect(it.buckets.map((one) => one.attempts)).toEqual([7, 1])
    expect(it.buckets[0]!.outcomes).toEqual({ busy: 5 })
    expect(it.buckets[1]!.most_up).toBe(2)
  })

  test('widens its steps as time goes by, and loses no call', () => {
    const it = new Timeline()
    const calls = Array.from({ length: 3_000 }, (_, index) => run(index + 1, index * 7, index * 7 + 5, 'busy'))
    it.add_runs(calls)
    expect(it.buckets.length).toBeLessThanOrEqual(180)
    expect(it.start_ms % it.step_ms).toBe(0)
    expect([total(it, 'attempts'), ended(it, 'busy')]).toEqual([3_000, 3_000])
  })
})

describe('the failure rate', () => {
  const breaker = { window_seconds: 2, min_calls_in_window: 2 }

  test('is of the calls that ended within the window, and unsaid below its minimum', () => {
    const it = new Timeline()
    it.add_runs([run(1, 0, 0, 'failed'), run(2, 0, 1, 'completed'), run(3, 0, 2, 'completed'), run(4, 0, 4, 'unknown')])
    expect(failure_rates(it, breaker)).toEqual([null, 50, 0, null, null])
  })

  test('does not count what we withdrew ourselves', () => {
    const it = new Timeline()
    it.add_runs([run(1, 0, 0, 'failed'), run(2, 0, 0, 'cancelled'), run(3, 0, 0, 'busy')])
    expect(failure_rates(it, breaker)).toEqual([50])
  })
})
