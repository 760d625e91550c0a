import { describe, expect, test } from 'vitest'

import { first_row_at, height_of } from './virtual'

describe('a long table', () => {
  const short = { total: 1_000, row_px: 44, view_px: 600 }
  const long = { total: 1_000_000, row_px: 44, view_px: 600 }

  test('is as high as its rows, up to what a browser can hold', () => {
    expect(height_of(short)).toBe(44_000)
    expect(height_of(long)).toBe(15_000_000)
  })

  test('shows its first and its last row at the ends of the scroll bar', () => {
    for (const it of [short, long]) {
      expect(first_row_at(it, 0)).toBe(0)
      const last_seen = first_row_at(it, height_of(it) - it.view_px) + it.view_px / it.row_px
      expect(last_seen).toBeCloseTo(it.total, 3)
    }
  })
})
