// One call: its timeline, what was said, what came of it.
import { get } from '../api/http'
import type { Campaign, Run } from '../api/types'
import { clock, count, span, words } from '../lib/format'
import { use_polled } from '../lib/polled'
import { clock_there } from '../lib/reasons'
import { Badge, Card, Instead, PageHead } from '../parts/bits'
import { Columns } from './campaign/contact'

function steps_of(it: Run): [name: string, at: string][] {
  const steps: [string, string | null][] = [
    ['Dialled', it.dialed_at],
    ['Taken by the carrier', it.initiated_at],
    ['Ringing', it.ringing_at],
    ['Answered', it.answered_at],
    [it.outcome ? `Ended: ${words(it.outcome).toLowerCase()}` : 'Ended', it.ended_at],
  ]
  return steps.filter((one): one is [string, string] => one[1] !== null)
}

function Timeline({ of, zone }: { of: Run; zone: string | undefined }) {
  const steps = steps_of(of)
  const begin = Date.parse(of.dialed_at)
  const there = zone && clock_there(of.dialed_at, zone)
  return (
    <>
      <ol class="timeline">
        {steps.map(([name, at], index) => {
          const since = Date.parse(at) - begin
          return (
            <li key={name}>
              <span class="name">{name}</span>
              <time class="number" dateTime={at}>
                {clock(new Date(at))}
              </time>
              <span class="soft number">{index > 0 && `+${since < 10_000 ? `${count(since)} ms` : span(since)}`}</span>
            </li>
          )
        })}
        {!of.ended_at && (
          <li class="open">
            <span class="name">It is up right now</span>
          </li>
        )}
      </ol>
      {there && <p class="soft small there">Dialled {there}; the times above are yours.</p>}
    </>
  )
}

function Transcript({ of }: { of: NonNullable<Run['transcript']> }) {
  return (
    <ol class="talk">
      {of.map((it, index) => (
        <li key={index} class={it.role === 'agent' ? 'agent' : 'other'}>
          <span class="soft small">
            {words(it.role)}
            {it.at_ms !== undefined && ` · ${span(it.at_ms)}`}
          </span>
          <p>{it.text}</p>
        </li>
      ))}
    </ol>
  )
}

function Facts({ of }: { of: Run }) {
  const rows: [string, string | null][] = [
    ['Answered by', words(of.answered_by)],
    ['Talked', of.answered_at ? span(of.duration_ms) : 'not at all'],
    ['Cause', of.cause && words(of.cause)],
    ['Carrier’s code', of.provider_code],
    ['Carrier’s reference', of.provider_ref],
    ['Shown number', of.caller_id],
    ['Again at', of.retry_at && clock(new Date(of.retry_at))],
  ]
  return (
    <dl class="facts">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
    </dl>
  )
}

/** A browser plays what can be had over HTTPS; of anything else it is said where it is. */
function Recording({ at }: { at: string }) {
  const playable = at.startsWith('https://') || at.startsWith('/')
  return (
    <Card title="Recording">
      {playable ? <audio controls preload="none" src={at} /> : <p class="soft mono small">{at}</p>}
    </Card>
  )
}

export function RunPage({ parts: [id = ''] }: { parts: string[] }) {
  const path = `/v1/runs/${encodeURIComponent(id)}`
  const { value, problem, again } = use_polled(
    path,
    (leave) => get<Run>(path, leave),
    (it) => (it.ended_at ? 0 : 1_000),
  )
  const campaign = id.split('.')[0]!
  const zone = use_polled(`zone ${campaign}`, async (leave) => {
    const { schedule } = await get<Campaign>(`/v1/campaigns/${campaign}`, leave)
    return schedule.time_slots.length > 0 ? schedule.timezone : undefined
  })
  if (!value) return <Instead problem={problem} again={again} />
  const contact = `#/campaigns/${value.campaign_id}/contacts/${value.row}`
  const gathered = value.gathered_context ?? {}
  return (
    <>
      <PageHead
        title={value.phone_number ?? 'Erased'}
        badge={<Badge of={value.outcome ?? 'in_flight'} />}
        crumbs={[
          ['Campaign', `#/campaigns/${value.campaign_id}`],
          ['Runs', `#/campaigns/${value.campaign_id}/runs`],
        ]}
        text={
          <>
            Attempt {count(value.attempt)} to <a href={contact}>row {count(value.row)}</a>
            {value.simulated && ' · a simulated call'}
          </>
        }
      />
      <div class="run">
        <div class="rows">
          <Card title="What happened">
            <Timeline of={value} zone={zone.value} />
          </Card>
          <Card title="About the call">
            <Facts of={value} />
          </Card>
        </div>
        <div class="rows">
          {value.recording_url && <Recording at={value.recording_url} />}
          <Card title="What was said">
            {value.transcript?.length ? (
              <Transcript of={value.transcript} />
            ) : (
              <p class="soft">{value.outcome ? 'There is no transcript.' : 'The transcript comes when the call is over.'}</p>
            )}
          </Card>
          {Object.keys(gathered).length > 0 && (
            <Card title="What the agent gathered">
              <Columns of={gathered} />
            </Card>
          )}
          <Card title="What the agent was given">
            {value.initial_context ? <Columns of={value.initial_context} /> : <p class="soft">The person was erased.</p>}
          </Card>
        </div>
      </div>
    </>
  )
}
