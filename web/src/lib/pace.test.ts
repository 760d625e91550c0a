import { describe, expect, test } from 'vitest'

import type { Counts } from '../api/types'
import { PaceMeter } from './pace'

describe('the pace of a campaign', () => {
  const counts = (completed: number) => ({ total: 100, completed, failed: 0, cancelled: 0 }) as Counts

  test('is what was done in the last minute, and tells the time left', () => {
    const meter = new PaceMeter()
    meter.look(counts(10), 0)
    expect(meter.look(counts(20), 10_000)).toEqual({ over_per_minute: 60, left_ms: 80_000 })
  })

  test('is not guessed from one look, and knows no time left when nothing moves', () => {
    const meter = new PaceMeter()
    expect(meter.look(counts(10), 0)).toBeUndefined()
    expect(meter.look(counts(10), 5_000)).toEqual({ over_per_minute: 0, left_ms: undefined })
  })
})
