import { describe, expect, test } from 'vitest'

import { pause_after } from './connection'

describe('the pause before the next try', () => {
  test('doubles, and stops growing at twenty seconds', () => {
    expect([1, 2, 3, 5, 6, 40].map((it) => pause_after(it, 0.5))).toEqual([1_000, 2_000, 4_000, 16_000, 20_000, 20_000])
  })

  test('is a fifth longer or shorter by chance', () => {
    expect(pause_after(1, 0)).toBeCloseTo(800)
    expect(pause_after(1, 1)).toBeCloseTo(1_200)
  })
})
