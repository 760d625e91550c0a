// Every call of a campaign, newest first.
import { useState } from 'preact/hooks'

import { outcomes, type Run } from '../../api/types'
import { count, span, words } from '../../lib/format'
import { use_row_chain } from '../../lib/row_chain'
import { Badge, Empty, When } from '../../parts/bits'
import { VirtualTable } from '../../parts/virtual_table'
import type { CampaignState } from './state'

const columns = ['Number', 'Outcome', 'Dialled', 'Talked', 'Attempt', 'Answered by', 'Code']

function cells(it: Run) {
  return [
    <a href={`#/runs/${it.run_id}`} class="number">
      {it.phone_number ?? 'erased'}
    </a>,
    <Badge of={it.outcome ?? 'in_flight'} />,
    <When at={it.dialed_at} />,
    <span class="number">{it.answered_at ? (it.ended_at ? span(it.duration_ms) : 'still') : '–'}</span>,
    <span class="number">{count(it.attempt)}</span>,
    it.answered_by === 'unknown' ? <span class="soft">–</span> : words(it.answered_by),
    <span class="soft">{it.provider_code ?? ''}</span>,
  ]
}

/** As the field has it, by the viewer's clock, for the API. */
const instant = (local: string): string => new Date(local).toISOString()

function path_of(id: string, outcome: string, number: string, from: string, until: string): string {
  const query = new URLSearchParams({ order: 'newest' })
  if (outcome) query.set('outcome', outcome)
  if (number) query.set('phone_number', number)
  if (from) query.set('from', instant(from))
  if (until) query.set('until', instant(until))
  return `/v1/campaigns/${id}/runs?${String(query)}`
}

export function RunsTab({ of }: { of: CampaignState }) {
  const [outcome, set_outcome] = useState('')
  const [from, set_from] = useState('')
  const [until, set_until] = useState('')
  const [number, set_number] = useState('')
  const whole_number = /^\+\d{7,15}$/.test(number) ? number : ''
  const chain = use_row_chain<Run>(path_of(of.campaign!.id, outcome, whole_number, from, until))
  const attempts = of.live.progress?.attempts ?? 0
  const filtered = outcome || whole_number || from || until
  const newer = filtered ? 0 : Math.max(0, attempts - Math.max(chain.loaded, 0))
  return (
    <>
      <div class="filters">
        <select aria-label="Outcome" value={outcome} onChange={(it) => set_outcome(it.currentTarget.value)}>
          <option value="">Every outcome</option>
          {outcomes.map((it) => (
            <option key={it} value={it}>
              {words(it)}
            </option>
          ))}
        </select>
        <input
          type="search"
          class="number"
          aria-label="Number"
          placeholder="+14155550100"
          value={number}
          onInput={(it) => set_number(it.currentTarget.value.replace(/[^+\d]/g, ''))}
        />
        <label class="inline">
          From
          <input type="datetime-local" step={1} value={from} onChange={(it) => set_from(it.currentTarget.value)} />
        </label>
        <label class="inline">
          until
          <input type="datetime-local" step={1} value={until} onChange={(it) => set_until(it.currentTarget.value)} />
        </label>
        <span class="soft number grow">
          {filtered ? `${count(chain.loaded)}${chain.complete ? '' : '+'} match` : `${count(attempts)} attempts`}
        </span>
        <button class="button" onClick={chain.again} disabled={chain.complete && newer === 0 && !filtered}>
          {chain.complete && newer > 0 ? `Show ${count(newer)} newer` : 'Refresh'}
        </button>
      </div>
      {chain.complete && chain.loaded === 0 ? (
        <div class="card">
          <Empty title="No call to show">
            <p>{filtered ? 'No call matches these filters.' : 'Nobody was dialled yet.'}</p>
          </Empty>
        </div>
      ) : (
        <VirtualTable
          label="Runs"
          kind="runs"
          columns={columns}
          total={chain.total}
          item={chain.item}
          cells={cells}
          on_view={chain.on_view}
        />
      )}
    </>
  )
}
