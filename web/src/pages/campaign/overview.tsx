// Live numbers that add up, what holds the campaign back, and how it went over time.
import { is_over, outcomes, type Progress } from '../../api/types'
import { city, count, decimal, percent, plural, span, words } from '../../lib/format'
import { opening, short_why, trip_text } from '../../lib/reasons'
import { Card, Note, part_words, parts, StackedBar } from '../../parts/bits'
import { ForecastCard } from '../../parts/forecast'
import { lazy } from '../../lib/lazy'
import type { CampaignState } from './state'

const Charts = lazy(() => import('./charts').then((it) => it.Charts))

function Numbers({ of, state }: { of: Progress; state: CampaignState }) {
  return (
    <section class="card numbers" aria-label="Contacts">
      <div class="sum">
        <p class="big number">{percent(of.completion_percentage / 100)}</p>
        <p class="soft">
          {state.pace && state.pace.over_per_minute > 0
            ? `${decimal(state.pace.over_per_minute)} done per min${state.pace.left_ms === undefined ? '' : `, ${span(state.pace.left_ms)} left`}`
            : `${count(of.processed)} of ${count(of.total)} were dialled`}
        </p>
      </div>
      <StackedBar of={of} tall />
      <dl class="parts">
        {parts
          .filter((it) => it !== 'cancelled' || of.cancelled > 0)
          .map((it) => (
            <div key={it}>
              <dt>
                <i class={`tone-${it}`} /> {part_words[it]}
              </dt>
              <dd class="number" data-part={it}>
                {count(of[it])}
              </dd>
            </div>
          ))}
        <div class="total">
          <dt>Total</dt>
          <dd class="number" data-part="total">
            {count(of.total)}
          </dd>
        </div>
      </dl>
    </section>
  )
}

function Calls({ of }: { of: Progress }) {
  const seen = outcomes.filter((it) => of.outcomes[it] > 0)
  return (
    <Card title="Calls">
      <dl class="facts wide">
        <dt>Attempts</dt>
        <dd class="number">{count(of.attempts)}</dd>
        <dt>Answered</dt>
        <dd class="number">
          {count(of.answered)} <span class="soft">({percent(of.connect_rate)})</span>
        </dd>
        {seen.map((it) => (
          <>
            <dt class="sub">{words(it)}</dt>
            <dd class="number">{count(of.outcomes[it])}</dd>
          </>
        ))}
      </dl>
    </Card>
  )
}

function Breaker({ of, state }: { of: Progress; state: CampaignState }) {
  const settings = state.campaign!.circuit_breaker
  const { window } = state
  if (!settings.enabled)
    return (
      <Card title="Breaker">
        <p class="soft">Off: no number of failures pauses this campaign.</p>
      </Card>
    )
  const share = window && window.calls > 0 ? window.failure_rate_percent : 0
  return (
    <Card title="Breaker" aside={<span class="soft small">last {span(settings.window_seconds * 1000)}</span>}>
      {of.circuit_breaker.tripped ? (
        <p class="tripped">
          <b>Tripped.</b> Resume when the cause is gone; its window begins anew.
        </p>
      ) : (
        <>
          <p class="big number">
            {window && window.calls > 0 ? (
              <>
                {percent(share / 100)} <span class="soft">of {plural(window.calls, 'call')} failed</span>
              </>
            ) : (
              <span class="soft">No call ended in this time</span>
            )}
          </p>
          <div class="gauge" role="img" aria-label={`${percent(share / 100)} of calls failed, trips above ${percent(settings.failure_threshold_percent / 100)}`}>
            <i style={{ width: `${Math.min(100, share)}%` }} />
            <b style={{ left: `${settings.failure_threshold_percent}%` }} />
          </div>
        </>
      )}
      <p class="soft small">
        Trips above {percent(settings.failure_threshold_percent / 100)}, from {count(settings.min_calls_in_window)} calls on
      </p>
    </Card>
  )
}

function Next({ of, state }: { of: Progress; state: CampaignState }) {
  const campaign = state.campaign!
  const { schedule, retry_config: retry } = campaign
  const slots = schedule.time_slots.length
  return (
    <Card title="What comes next">
      <dl class="facts">
        <dt>Now</dt>
        <dd>{short_why(of, schedule.timezone)}</dd>
        {of.next_dial_at && of.status === 'running' && (
          <>
            <dt>Next dial</dt>
            <dd class="number">{opening(of.next_dial_at, schedule.timezone)}</dd>
          </>
        )}
        <dt>Calls</dt>
        <dd>{slots === 0 ? 'at any time' : `in ${plural(slots, 'time slot')} a week, ${city(schedule.timezone)}`}</dd>
        <dt>Attempts</dt>
        <dd>{retry.max_attempts === 1 ? 'one for each contact' : `up to ${count(retry.max_attempts)} for each contact`}</dd>
        <dt>At one time</dt>
        <dd>{plural(campaign.concurrency, 'call')} at most</dd>
      </dl>
    </Card>
  )
}

function Trip({ of }: { of: Progress }) {
  const text = trip_text(of)
  if (!text) return null
  return (
    <Note tone="bad">
      <p>
        <b>{text}</b>
      </p>
      <p>
        Nothing new is dialled until you resume.{' '}
        {of.circuit_breaker.trip!.failed_calls.slice(-4).map((it, index) => (
          <span key={it}>
            {index === 0 ? 'The last that failed: ' : ', '}
            <a href={`#/runs/${it}`}>row {count(Number(it.split('.')[1]))}</a>
          </span>
        ))}
      </p>
    </Note>
  )
}

export function Overview({ of: state }: { of: CampaignState }) {
  const progress = state.live.progress
  if (!progress) return <p class="loading">Loading…</p>
  return (
    <div class="rows">
      <Trip of={progress} />
      <Numbers of={progress} state={state} />
      <div class="tiles two">
        <Next of={progress} state={state} />
        <Breaker of={progress} state={state} />
      </div>
      <Charts of={state.timeline} drawn={state.drawn} campaign={state.campaign!} />
      <div class="tiles two">
        <Calls of={progress} />
        {!is_over(progress.status) && <ForecastCard id={progress.campaign_id} />}
      </div>
    </div>
  )
}
