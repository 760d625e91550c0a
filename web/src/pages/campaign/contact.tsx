// One contact: who it is, why it stands where it stands, every call it got.
import { get } from '../../api/http'
import type { Campaign, Contact, Run } from '../../api/types'
import { count, plural, span } from '../../lib/format'
import { use_polled } from '../../lib/polled'
import { opening } from '../../lib/reasons'
import { Badge, Card, Instead, Note, When } from '../../parts/bits'

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
        <a class="grow" href={`#/campaigns/${campaign.id}/contacts`}>
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
