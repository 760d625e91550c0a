// A campaign's calls over time.
import { useMemo } from 'preact/hooks'

import { outcomes, type Campaign, type Outcome } from '../../api/types'
import { count, percent, span, words } from '../../lib/format'
import { failure_rates, type Timeline } from '../../lib/timeline'
import { Chart, type Line } from '../../parts/chart'

const tone_of: Record<Outcome, string> = {
  completed: 'completed',
  voicemail: 'chart-voicemail',
  no_answer: 'chart-no-answer',
  busy: 'waiting',
  rejected: 'chart-rejected',
  failed: 'failed',
  abandoned: 'chart-abandoned',
  cancelled: 'cancelled',
  unknown: 'pending',
}

interface Drawn {
  at: number[]
  attempts: Line[]
  ended: Line[]
  up: Line[]
  rates: Line[]
}

function draw(of: Timeline, campaign: Campaign): Drawn {
  const { buckets, start_ms, step_ms } = of
  const at = buckets.map((_, index) => (start_ms + index * step_ms) / 1000)
  const seen = outcomes.filter((it) => buckets.some((one) => one.outcomes[it]))
  const breaker = campaign.circuit_breaker
  return {
    at,
    attempts: [
      { name: 'Attempts', tone: 'accent-text', look: 'line', values: buckets.map((it) => it.attempts) },
      { name: 'Answered', tone: 'completed', look: 'line', values: buckets.map((it) => it.answers) },
    ],
    ended: seen.map((name) => ({
      name: words(name),
      tone: tone_of[name],
      look: 'bars' as const,
      values: buckets.map((it) => it.outcomes[name] ?? 0),
    })),
    up: [
      { name: 'Calls up', tone: 'in-flight', look: 'area', values: buckets.map((it) => it.most_up) },
      { name: 'Limit', tone: 'text-soft', look: 'limit', values: at.map(() => campaign.concurrency) },
    ],
    rates: [
      { name: 'Failed', tone: 'failed', look: 'line', values: failure_rates(of, breaker) },
      ...(breaker.enabled
        ? [{ name: 'Trips above', tone: 'text-soft', look: 'limit' as const, values: at.map(() => breaker.failure_threshold_percent) }]
        : []),
    ],
  }
}

export function Charts({ of, drawn, campaign }: { of: Timeline; drawn: number; campaign: Campaign }) {
  const shown = useMemo(() => draw(of, campaign), [of, drawn, campaign])
  if (of.buckets.length === 0) return null
  const each = `per ${span(of.step_ms)}`
  return (
    <div class="charts">
      <Chart title={`How calls ended, ${each}`} at={shown.at} lines={shown.ended} stacked whole write={count} most={4} />
      <Chart title={`Attempts and answers, ${each}`} at={shown.at} lines={shown.attempts} whole write={count} most={4} />
      <Chart title="Calls at one time" at={shown.at} lines={shown.up} whole write={count} most={campaign.concurrency} />
      <Chart
        title={`Failures in the last ${span(campaign.circuit_breaker.window_seconds * 1000)}`}
        at={shown.at}
        lines={shown.rates}
        write={(it) => percent(it / 100)}
        most={Math.min(100, Math.max(10, campaign.circuit_breaker.failure_threshold_percent))}
      />
    </div>
  )
}
