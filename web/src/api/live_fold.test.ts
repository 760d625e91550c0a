import { describe, expect, test } from 'vitest'

import { fold, most_events, nothing_yet, type Live } from './live_fold'
import type { LiveMessage, LogEvent, Progress } from './types'

const progress = (completed: number) => ({ completed }) as Progress

const snapshot = (position: number, completed = 0, generation = 'one'): LiveMessage => ({
  type: 'snapshot',
  generation,
  position,
  progress: progress(completed),
})
const moved = (position: number, completed: number): LiveMessage => ({
  type: 'progress',
  position,
  progress: progress(completed),
})
const event = (position: number): LiveMessage => ({
  type: 'event',
  position,
  event: { position, stream: 'contact/cmp_1/1', type: 'contact.ringing.v1' } as LogEvent,
})

const begun: Live = { ...nothing_yet, generation: 'one', resume_after: 10 }
const positions = (of: Live) => of.events.map((it) => it.position)

describe('the live feed of a campaign', () => {
  test('shows the snapshot, then the newest progress', () => {
    expect(fold(begun, [snapshot(12, 3), moved(15, 4), moved(19, 6)]).progress).toEqual(progress(6))
  })

  test('never goes back to an older progress', () => {
    const live = fold(begun, [snapshot(12, 3), moved(19, 6)])
    expect(fold(live, [moved(15, 4)]).progress).toEqual(progress(6))
    expect(fold(live, [snapshot(18, 5)]).progress).toEqual(progress(6))
  })

  test('keeps events in order', () => {
    expect(positions(fold(fold(begun, [snapshot(12), event(13)]), [event(14), event(17)]))).toEqual([13, 14, 17])
  })

  test('takes an event once, however often it is told around a reconnect', () => {
    const live = fold(begun, [snapshot(12), event(13), event(14)])
    expect(positions(fold(live, [snapshot(20), event(13), event(14), event(15)]))).toEqual([13, 14, 15])
  })

  test('resumes behind the last event, not behind the progress that ran ahead of it', () => {
    expect(fold(begun, [snapshot(12), event(13), moved(40, 9)]).resume_after).toBe(13)
  })

  test('without an event it resumes where it began', () => {
    expect(fold(begun, [snapshot(12), moved(40, 9)]).resume_after).toBe(10)
  })

  test('forgets everything when the log is another', () => {
    const live = fold(begun, [snapshot(12, 3), event(13)])
    const other = fold(live, [snapshot(2, 1, 'two'), event(3)])
    expect(other.generation).toBe('two')
    expect(other.progress).toEqual(progress(1))
    expect(positions(other)).toEqual([3])
  })

  test('remembers a bounded number of events, the latest', () => {
    const many = Array.from({ length: most_events + 5 }, (_, index) => event(20 + index))
    const live = fold(begun, [snapshot(12), ...many])
    expect(live.events.length).toBe(most_events)
    expect(positions(live).at(-1)).toBe(20 + most_events + 4)
  })

  test('what changes nothing is the same object, so that nothing is drawn', () => {
    const live = fold(begun, [snapshot(12), event(13)])
    expect(fold(live, [event(13)])).toBe(live)
    expect(fold(live, [])).toBe(live)
  })
})
