// How fast a campaign goes, from looks at its counters.
import type { Counts } from '../api/types'

interface Look {
  at_ms: number
  over: number
}

const remembered_ms = 60_000
const least_ms = 2_000

export interface Pace {
  over_per_minute: number // contacts that are done with
  left_ms: number | undefined // until all are, at this pace
}

/** Remembers the looks of the last minute. */
export class PaceMeter {
  private looks_: Look[] = []

  look(counts: Counts, at_ms: number): Pace | undefined {
    const over = counts.completed + counts.failed + counts.cancelled
    this.looks_ = this.looks_.filter((it) => it.at_ms > at_ms - remembered_ms && it.over <= over)
    this.looks_.push({ at_ms, over })
    const first = this.looks_[0]!
    const passed_ms = at_ms - first.at_ms
    if (passed_ms < least_ms) return undefined
    const per_ms = (over - first.over) / passed_ms
    const left = counts.total - over
    return { over_per_minute: per_ms * 60_000, left_ms: per_ms > 0 ? left / per_ms : undefined }
  }
}
