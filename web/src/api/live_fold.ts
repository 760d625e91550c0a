// What a page knows of a campaign, folded from the messages of its live feed.
import type { LiveMessage, LogEvent, Progress } from './types'

export interface Live {
  generation: string
  progress: Progress | undefined
  position: number // that `progress` is of
  resume_after: number // every event up to here was had, or was before our time
  events: LogEvent[] // oldest first, the latest `most_events`
}

export const most_events = 1_000

export const nothing_yet: Live = { generation: '', progress: undefined, position: -1, resume_after: 0, events: [] }

/** Another generation is another log: what was known of the one before is forgotten. */
function begin(before: Live, generation: string): Live {
  return before.generation === generation ? before : { ...nothing_yet, generation }
}

/** `messages` in the order they came in. A message that was had before, as happens around a
 *  reconnect, changes nothing; progress never goes back. */
export function fold(before: Live, messages: LiveMessage[]): Live {
  let live = before
  const fresh: LogEvent[] = []
  for (const it of messages) {
    if (it.type === 'event') {
      if (it.position <= live.resume_after) continue
      fresh.push(it.event)
      live = { ...live, resume_after: it.position }
      continue
    }
    if (it.type === 'snapshot') {
      const begun = begin(live, it.generation)
      if (begun !== live) fresh.length = 0
      live = begun.position < 0 ? { ...begun, resume_after: Math.max(begun.resume_after, 0) } : begun
    }
    if (it.position >= live.position) live = { ...live, position: it.position, progress: it.progress }
  }
  return fresh.length === 0 ? live : { ...live, events: [...live.events, ...fresh].slice(-most_events) }
}
