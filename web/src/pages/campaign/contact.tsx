// One contact: who it is, why it stands where it stands, every call it got.
import { useEffect, useRef, useState } from 'preact/hooks'

import { get, send } from '../../api/http'
import type { Campaign, Contact, Run } from '../../api/types'
import { count, plural, span } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import { opening } from '../../lib/reasons'
import { local_time } from '../../lib/settings'
import { Badge, Card, Instead, Note, When } from '../../parts/bits'
import { decide } from '../../parts/confirm'
import { Menu, type Act } from '../../parts/menu'
import { attempt } from '../../parts/toast'

export function Columns({ of }: { of: Record<string, unknown> }) {
  const names = Object.entries(of)
  if (names.length === 0) return <p class="soft">Nothing but the number.</p>
  return (
    <dl class="facts">
      {names.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </>
      ))}
    </dl>
  )
}

function Story({ of }: { of: Run[] }) {
  if (of.length === 0) return <p class="soft">It was not dialled yet.</p>
  return (
    <ol class="story">
      {of.map((it) => (
        <li key={it.run_id}>
          <div class="line">
            <a href={`#/runs/${it.run_id}`}>Attempt {count(it.attempt)}</a>
            <Badge of={it.outcome ?? 'in_flight'} />
            <span class="soft">{it.cause ?? ''}</span>
          </div>
          <p class="soft small">
            <When at={it.dialed_at} />
            {it.answered_at && ` · talked ${span(it.duration_ms)}`}
            {it.retry_at && (
              <>
                {' '}
                · again <When at={it.retry_at} />
              </>
            )}
          </p>
        </li>
      ))}
    </ol>
  )
}

/** Half an hour from now. */
const soon = (): string => local_time(new Date(Date.now() + 30 * 60_000).toISOString())

function CallAt({ call, leave }: { call: (at: string) => void; leave: () => void }) {
  const [at, set_at] = useState(soon)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <form
      class="actions"
      onSubmit={(event) => {
        event.preventDefault()
        call(new Date(at).toISOString())
        leave()
      }}
    >
      <input ref={field} type="datetime-local" aria-label="Call at" value={at} onInput={(it) => set_at(it.currentTarget.value)} />
      <button class="button main" disabled={!at}>
        Call then
      </button>
      <button type="button" class="button" onClick={leave}>
        Not now
      </button>
    </form>
  )
}

function ContactActs({ of, again }: { of: Contact; again: () => void }) {
  const [asking, ask] = useState(false)
  const box = useRef<HTMLSpanElement>(null)
  const path = `/v1/campaigns/${of.campaign_id}/contacts/${of.row}`
  const act = (what: string, done: string, body?: unknown) =>
    void attempt(() => send('POST', `${path}/${what}`, body), done).then(again)
  const cancel = async () => {
    const up = of.status === 'in_flight'
    const { sure, option } = await decide({
      title: 'Cancel this contact?',
      text: up ? 'The call that is up is the last one.' : 'Nobody calls it again in this campaign.',
      act: 'Cancel the contact',
      danger: true,
      option: up ? 'Hang up on the call' : undefined,
    })
    if (sure) act('cancel', 'The contact was cancelled.', { call: option ? 'hang_up' : 'drain' })
  }
  const acts: Act[] = []
  if (of.status === 'pending' || of.status === 'waiting') {
    acts.push(['Call first', () => act('first', 'It is next in line.')])
    acts.push(['Call at …', () => ask(true)])
  }
  if (!['completed', 'failed', 'cancelled'].includes(of.status)) acts.push(['Cancel', () => void cancel()])
  const leave = () => {
    ask(false)
    // The menu is back with the next drawing, and the focus where it was.
    requestAnimationFrame(() => box.current?.querySelector('summary')?.focus())
  }
  return (
    <span class="grow actions" ref={box}>
      {asking ? <CallAt call={(at) => act('call-at', 'It has its time.', { at })} leave={leave} /> : <Menu label="More" acts={acts} />}
    </span>
  )
}

export function ContactPage({ campaign, row }: { campaign: Campaign; row: string }) {
  const path = `/v1/campaigns/${campaign.id}/contacts/${encodeURIComponent(row)}`
  const { value, problem, again } = use_polled(
    path,
    (leave) => get<Contact>(path, leave),
    (it) => (it.why.reason === 'contact_finished' ? 0 : 2_000),
  )
  if (!value) return <Instead problem={problem} again={again} />
  return (
    <div class="rows">
      <div class="sub-head">
        <h2 class="number">{value.phone_number ?? 'Erased'}</h2>
        <Badge of={value.status} />
        <span class="soft">
          row {count(value.row)}, {plural(value.attempts, 'attempt')}
        </span>
        <ContactActs of={value} again={again} />
        <a href={`#/campaigns/${campaign.id}/contacts`}>
          All contacts
        </a>
      </div>
      <Note tone={value.status === 'waiting' ? 'warn' : ''}>
        {value.why.text}
        {value.why.until && <div class="soft">{opening(value.why.until, campaign.schedule.timezone)}</div>}
      </Note>
      <div class="tiles two">
        <Card title="Its story">
          <Story of={value.history ?? []} />
        </Card>
        <Card title="Its columns">
          {value.initial_context ? <Columns of={value.initial_context} /> : <p class="soft">The person was erased.</p>}
        </Card>
      </div>
    </div>
  )
}
