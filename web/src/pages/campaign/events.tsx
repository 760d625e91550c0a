// The campaign's part of the log, as it grows.
import { useMemo, useState } from 'preact/hooks'

import type { LogEvent } from '../../api/types'
import { count, plural, words } from '../../lib/format'
import { run_of } from '../../lib/timeline'
import { Empty, When } from '../../parts/bits'
import type { CampaignState } from './state'

const most_shown = 200

/** "contact.attempt_ended.v1" reads "Attempt ended". */
const name_of = (type: string): string => words(type.split('.')[1] ?? type).replace('Dialed', 'Dialled')

function Detail({ of }: { of: LogEvent }) {
  const data = of.data
  const run = run_of(of)
  const row = of.stream.startsWith('contact/') ? of.stream.split('/')[2] : undefined
  const says = ['outcome', 'cause', 'disposition', 'reason', 'caller_id']
    .filter((it) => data[it])
    .map((it) => words(String(data[it])))
  return (
    <>
      {row && <a href={run ? `#/runs/${run}` : `#/campaigns/${of.stream.split('/')[1]}/contacts/${row}`}>row {count(Number(row))}</a>}
      {says.length > 0 && <span class="soft">{says.join(', ')}</span>}
      {of.actor !== 'system' && <span class="soft">by {of.actor}</span>}
    </>
  )
}

export function EventsTab({ of }: { of: CampaignState }) {
  const [kind, set_kind] = useState('')
  const [text, set_text] = useState('')
  const [held, hold] = useState<LogEvent[]>()
  const all = held ?? of.live.events
  const kinds = useMemo(() => [...new Set(all.map((it) => it.type))].sort(), [all])
  const wanted = text.trim().toLowerCase()
  const matching = useMemo(
    () =>
      all.filter(
        (it) =>
          (!kind || it.type === kind) &&
          (!wanted || `${it.stream} ${it.actor} ${JSON.stringify(it.data)}`.toLowerCase().includes(wanted)),
      ),
    [all, kind, wanted],
  )
  const shown = matching.slice(-most_shown).reverse()
  return (
    <>
      <div class="filters">
        <select aria-label="Kind of event" value={kind} onChange={(it) => set_kind(it.currentTarget.value)}>
          <option value="">Every event</option>
          {kinds.map((it) => (
            <option key={it} value={it}>
              {name_of(it)}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label="Search events"
          placeholder="Row, outcome, who"
          value={text}
          onInput={(it) => set_text(it.currentTarget.value)}
        />
        <span class="soft number grow">{plural(matching.length, 'event')}, the latest first</span>
        <button class="button" aria-pressed={held !== undefined} onClick={() => hold(held ? undefined : of.live.events)}>
          {held ? 'Go on' : 'Hold still'}
        </button>
      </div>
      <div class="card">
        {shown.length === 0 && <Empty title="Nothing happened yet" />}
        <ol class="log" aria-label="Events">
          {shown.map((it) => (
            <li key={it.position}>
              <When at={it.recorded_at} />
              <span class={`kind ${it.type.split('.')[0]}`}>{name_of(it.type)}</span>
              <span class="what">
                <Detail of={it} />
              </span>
              <span class="soft small number position">{count(it.position)}</span>
            </li>
          ))}
        </ol>
      </div>
    </>
  )
}
