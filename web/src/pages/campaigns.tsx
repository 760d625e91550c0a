// Every campaign, moving while you look.
import type { ComponentChildren } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'

import { pause, resume, start } from '../api/campaign_acts'
import { all, get } from '../api/http'
import type { Campaign, Progress } from '../api/types'
import { count, decimal, moment, percent, plural, span, words } from '../lib/format'
import { PaceMeter, type Pace } from '../lib/pace'
import { use_polled } from '../lib/polled'
import { why } from '../lib/reasons'
import { Badge, Empty, Instead, PageHead, StackedBar } from '../parts/bits'
import { Icon } from '../parts/icons'

const look_every_ms = 2_000
/** Beyond these, a list of campaigns tells counters alone. */
const most_explained = 24

interface Look {
  campaigns: Campaign[]
  progress: Map<string, Progress>
}

async function look(archived: boolean, leave: AbortSignal): Promise<Look> {
  const campaigns = await all<Campaign>(archived ? '/v1/campaigns?archived=true' : '/v1/campaigns', 2_000, leave)
  const open = campaigns.filter((it) => it.status === 'running' || it.status === 'paused').slice(0, most_explained)
  const known = await Promise.all(open.map((it) => get<Progress>(`/v1/campaigns/${it.id}/progress`, leave)))
  return { campaigns, progress: new Map(known.map((it) => [it.campaign_id, it])) }
}

const states = ['running', 'paused', 'draft', 'completed', 'cancelled', 'failed'] as const

function explanation(of: Campaign, progress: Progress | undefined): string {
  if (progress) return why(progress, of.schedule.timezone)
  if (of.status === 'draft') return `Draft of ${moment(new Date(of.created_at))}`
  if (of.ended_at) return `Ended ${moment(new Date(of.ended_at))}`
  return of.status_reason ?? ''
}

function Speed({ of, pace }: { of: Campaign; pace: Pace | undefined }) {
  if (of.status !== 'running' || !pace || pace.over_per_minute === 0) return null
  return (
    <>
      <span>{decimal(pace.over_per_minute)} done per min</span>
      {pace.left_ms !== undefined && <span class="soft">{span(pace.left_ms)} left</span>}
    </>
  )
}

function Acts({ of, counts, again }: { of: Campaign; counts: Campaign['progress']; again: () => void }) {
  const act = (work: Promise<unknown>) => void work.then(again)
  if (of.status === 'draft')
    return (
      <button class="button" aria-label={`Start ${of.name}`} onClick={() => act(start(of))}>
        <Icon name="play" /> Start
      </button>
    )
  if (of.status === 'running')
    return (
      <button class="button" aria-label={`Pause ${of.name}`} onClick={() => act(pause(of, counts))}>
        <Icon name="pause" /> Pause
      </button>
    )
  if (of.status === 'paused')
    return (
      <button class="button" aria-label={`Resume ${of.name}`} onClick={() => act(resume(of))}>
        <Icon name="play" /> Resume
      </button>
    )
  return null
}

interface RowProps {
  of: Campaign
  progress: Progress | undefined
  pace: Pace | undefined
  again: () => void
}

function Row({ of, progress, pace, again }: RowProps) {
  const counts = progress ?? of.progress
  return (
    <li class="campaign" data-campaign={of.id}>
      <div class="who">
        <div class="title">
          <a href={`#/campaigns/${of.id}`}>{of.name}</a>
          <Badge of={of.status} />
        </div>
        <p class={progress?.circuit_breaker.tripped ? 'why tripped' : 'why'}>{explanation(of, progress)}</p>
      </div>
      <div class="bar">
        <StackedBar of={counts} />
        <p class="number">
          <span>
            <b>{percent(counts.completion_percentage / 100)}</b> of {count(counts.total)}
          </span>
          {counts.processed > 0 && (
            <span class="soft">
              {count(counts.completed)} completed · {count(counts.failed)} failed
            </span>
          )}
        </p>
      </div>
      <div class="speed number">
        <Speed of={of} pace={pace} />
      </div>
      <div class="act">
        <Acts of={of} counts={counts} again={again} />
      </div>
    </li>
  )
}

/** The paces of all campaigns, from one look to the next. */
function use_paces(value: Look | undefined): Map<string, Pace> {
  const meters = useRef(new Map<string, PaceMeter>())
  return useMemo(() => {
    const paces = new Map<string, Pace>()
    for (const it of value?.campaigns ?? []) {
      if (it.status !== 'running') continue
      const meter = meters.current.get(it.id) ?? new PaceMeter()
      meters.current.set(it.id, meter)
      const pace = meter.look(it.progress, performance.now())
      if (pace) paces.set(it.id, pace)
    }
    return paces
  }, [value])
}

interface FilterProps {
  of: Campaign[]
  text: string
  set_text: (it: string) => void
  state: string
  set_state: (it: string) => void
  children: ComponentChildren
}

function Filters({ of, text, set_text, state, set_state, children }: FilterProps) {
  return (
    <div class="filters">
      <input
        type="search"
        placeholder="Search by name or id"
        aria-label="Search campaigns"
        value={text}
        onInput={(it) => set_text(it.currentTarget.value)}
      />
      <div class="chips" role="group" aria-label="State">
        {['', ...states].map((it) => (
          <button key={it} class="chip" aria-pressed={state === it} onClick={() => set_state(it)}>
            {it ? words(it) : 'All'}{' '}
            <span class="number">{count(it ? of.filter((one) => one.status === it).length : of.length)}</span>
          </button>
        ))}
      </div>
      {children}
    </div>
  )
}

function Nothing() {
  return (
    <div class="card">
      <Empty title="No campaign yet">
        <p>A campaign calls everybody on a list, in its time slots, as often as its retries allow.</p>
        <a class="button main" href="#/new">
          <Icon name="plus" /> New campaign
        </a>
      </Empty>
    </div>
  )
}

export function CampaignsPage() {
  const [archived, set_archived] = useState(false)
  const { value, problem, again } = use_polled(
    `campaigns ${archived}`,
    (leave) => look(archived, leave),
    () => look_every_ms,
  )
  const [text, set_text] = useState('')
  const [state, set_state] = useState('')
  const paces = use_paces(value)
  const campaigns = value?.campaigns ?? []
  const wanted = text.trim().toLowerCase()
  const shown = campaigns.filter(
    (it) => (!state || it.status === state) && (!wanted || `${it.name} ${it.id}`.toLowerCase().includes(wanted)),
  )
  const up = campaigns.reduce((sum, it) => sum + it.progress.in_flight, 0)
  return (
    <>
      <PageHead title="Campaigns" text={value && campaigns.length > 0 && `${plural(up, 'call')} up right now`}>
        <a class="button main" href="#/new">
          <Icon name="plus" /> New campaign
        </a>
      </PageHead>
      {!value && <Instead problem={problem} again={again} />}
      {value && campaigns.length === 0 && !archived && <Nothing />}
      {value && (campaigns.length > 0 || archived) && (
        <>
          <Filters of={campaigns} text={text} set_text={set_text} state={state} set_state={set_state}>
            <label class="check grow">
              <input type="checkbox" checked={archived} onChange={(it) => set_archived(it.currentTarget.checked)} />
              Archived
            </label>
          </Filters>
          <ul class="card campaigns">
            {shown.map((it) => (
              <Row key={it.id} of={it} progress={value!.progress.get(it.id)} pace={paces.get(it.id)} again={again} />
            ))}
            {shown.length === 0 && (
              <li>
                <Empty title="Nothing matches">
                  <p>Another word, or another state?</p>
                </Empty>
              </li>
            )}
          </ul>
        </>
      )}
    </>
  )
}
