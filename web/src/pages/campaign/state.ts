// What the campaign's pages know together: its settings, its live feed, its calls over time.
import { useEffect, useRef, useState } from 'preact/hooks'

import { get, Problem } from '../../api/http'
import { LiveFeed } from '../../api/live_feed'
import { nothing_yet, type Live } from '../../api/live_fold'
import type { Campaign, Page, ProgressAt, Run } from '../../api/types'
import { PaceMeter, type Pace } from '../../lib/pace'
import { use_polled } from '../../lib/polled'
import { Timeline, type Point } from '../../lib/timeline'

const most_past_runs = 5_000
/** Beyond these, an hour is fine enough. */
const most_minutes = 2_000
const draw_every_ms = 1_000

export interface CampaignState {
  campaign: Campaign | undefined
  live: Live
  window: ProgressAt['circuit_breaker']['window']
  problem: Problem | undefined
  timeline: Timeline
  drawn: number // changes when the timeline has
  pace: Pace | undefined
  deleted: boolean
  again: () => void
}

async function past_runs(id: string, leave: AbortSignal): Promise<Run[]> {
  const runs: Run[] = []
  let cursor: string | null = ''
  while (cursor !== null && runs.length < most_past_runs) {
    const behind: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
    const page: Page<Run> = await get(`/v1/campaigns/${id}/runs?limit=1000${behind}`, leave)
    runs.push(...page.items)
    cursor = page.next_cursor
  }
  return runs
}

interface Counted {
  bucket_minutes: number
  items: Point[]
  position: number
}

/** What was before: each call where they are few, the server's count where they are many. */
async function fill(timeline: Timeline, id: string, leave: AbortSignal): Promise<void> {
  const path = `/v1/campaigns/${id}`
  const [campaign, now] = await Promise.all([get<Campaign>(path, leave), get<ProgressAt>(`${path}/progress`, leave)])
  if (now.attempts <= most_past_runs) return timeline.add_runs(await past_runs(id, leave))
  const passed_ms = Date.parse(campaign.ended_at ?? new Date().toISOString()) - Date.parse(campaign.started_at!)
  const bucket = passed_ms < most_minutes * 60_000 ? 'minute' : 'hour'
  const counted = await get<Counted>(`${path}/timeline?bucket=${bucket}`, leave)
  timeline.add_points(counted.items, counted.bucket_minutes * 60_000, counted.position, now.in_flight)
}

/** Counts what was and then what comes, each call once, and says when there is something to draw. */
function use_calls(id: string) {
  const [drawn, draw] = useState(0)
  const timeline = useRef(new Timeline())
  const [feed, set_feed] = useState<LiveFeed>()
  useEffect(() => {
    const stop = new AbortController()
    const mine = (timeline.current = new Timeline())
    let changed = false
    let past_is_there = false
    const early: Parameters<Timeline['add_events']>[0] = []
    const followed = new LiveFeed(id, (events) => {
      if (!past_is_there) return void early.push(...events)
      mine.add_events(events)
      changed = true
    })
    const begin = () => {
      past_is_there = true
      mine.add_events(early.splice(0))
      changed = true
    }
    fill(mine, id, stop.signal).then(begin, begin)
    const timer = setInterval(() => {
      if (!changed || document.hidden) return
      changed = false
      draw((it) => it + 1)
    }, draw_every_ms)
    set_feed(followed)
    return () => {
      stop.abort()
      followed.stop()
      clearInterval(timer)
    }
  }, [id])
  return { feed, drawn, timeline: timeline.current }
}

export function use_campaign(id: string): CampaignState {
  const { feed, drawn, timeline } = use_calls(id)
  const live = feed?.live.value ?? nothing_yet
  const status = live.progress?.status
  const settings = use_polled(`campaign ${id} ${status ?? ''}`, (leave) => get<Campaign>(`/v1/campaigns/${id}`, leave))
  const kept = useRef<Campaign>()
  if (settings.value) kept.current = settings.value
  const breaker = use_polled(
    `window ${id} ${status ?? ''}`,
    (leave) => get<ProgressAt>(`/v1/campaigns/${id}/progress`, leave),
    (it) => (it.status === 'running' ? 2_000 : 0),
  )
  const meter = useRef(new PaceMeter())
  const pace = useRef<Pace>()
  if (status === 'running' && live.progress) pace.current = meter.current.look(live.progress, performance.now())
  return {
    campaign: settings.value ?? kept.current,
    live,
    window: breaker.value?.circuit_breaker.window,
    problem: settings.problem ?? feed?.problem.value,
    timeline,
    drawn,
    pace: status === 'running' ? pace.current : undefined,
    deleted: feed?.deleted.value ?? false,
    again: settings.again,
  }
}
